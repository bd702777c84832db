/// What a lesson tells about its training. Losses are those of the forward pass, before the update
/// that follows it.
enum Progress: Equatable {
  case step(Int, loss: Double)
  case batch(epoch: Int, iteration: Int, loss: Double)
  case validation(epoch: Int, loss: Double, accuracy: Double)
}

typealias Report = (Progress) -> Void

extension Progress: CustomStringConvertible {
  var description: String {
    switch self {
    case .step(let step, let loss): "step \(step): loss \(loss)"
    case .batch(let epoch, let iteration, let loss):
      "epoch \(epoch), iteration \(iteration): loss \(loss)"
    case .validation(let epoch, let loss, let accuracy):
      "epoch \(epoch): validation loss \(loss), accuracy \(accuracy)"
    }
  }
}
