import Martlet
import Testing

/// Modules put in the place of others.
@Suite struct ModuleReplacementTests {
  private final class Net: Module {
    let body = Sequential(Linear(2, 4), ReLU(), Sequential(Linear(4, 4), ReLU()), Dropout(0.5))
    let head = Linear(4, 1)
    func forward(_ x: Tensor) throws -> Tensor { try head(body(x)) }
  }

  @Test func modulesInsideOfContainersAreReplaced() throws {
    let net = Net()
    var paths: [String] = []
    let count = try net.replaceModules { path, module in
      paths.append(path)
      return module is ReLU ? GELU() : nil
    }
    #expect(count == 2)
    // `head` stands in a property.
    #expect(paths == ["body.0", "body.1", "body.2", "body.2.0", "body.2.1", "body.3"])
    #expect(net.body[1] is GELU)
    #expect(!net.description.contains("ReLU"))
  }

  @Test func whatAPlaceDoesNotTakeIsAnError() throws {
    let list = ModuleList([Linear(1, 1), Linear(1, 1)])
    let error = #expect(throws: TensorError.self) {
      try list.replaceModules { _, _ in ReLU() }
    }
    let text = "\(try #require(error))"
    #expect(
      text
        == "replaceModules: a ReLU cannot be put at 0, which takes what a ModuleList holds")
  }
}
