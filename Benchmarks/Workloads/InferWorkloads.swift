import ExampleModels
import Martlet

/// Forward passes without gradients.
package enum InferWorkloads {
  package static let all = [
    Workload("infer.mlp_b1") {
      try inference(
        Sequential(Linear(784, 256), ReLU(), Linear(256, 10)), Tensor.randn([1, 784]))
    },
    Workload("infer.resnet18_b1") { try inference(ResNet18(), Tensor.randn([1, 3, 32, 32])) },
    Workload("infer.gpt_b1") {
      let model = GPT()
      return try inference(model, Tensor.randint(0..<model.vocabulary, [1, model.context]))
    },
  ]

  private static func inference(_ model: some Module<Tensor, Tensor>, _ x: Tensor) throws
    -> () throws -> Void
  {
    model.eval()
    return { try noGrad { _ = try model(x) } }
  }
}
