import Martlet
import MartletVision
import Testing

@testable import martlet_lessons

/// Every step of "what is nn really" gives PyTorch's losses from PyTorch's start values, on the
/// same images in the same order.
@Suite(.enabled(if: LessonTrace.hasDigits, LessonTrace.requirement))
struct WhatIsNNLessonTests {
  private static let digits = Result {
    try Digits(MNIST.load(data: SharedData.directory + "/mnist"))
  }

  private func logistic(
    validates: Bool = false,
    _ train: (Digits, LessonTrace, Report) throws -> (weight: Tensor?, bias: Tensor?)
  ) throws {
    let trace = try LessonTrace("mnist_logistic")
    var record = LessonRecord()
    let (weight, bias) = try train(Self.digits.get(), trace) { record.add($0) }
    record.expectLosses(of: trace, within: .init(relative: 1e-4))
    if validates { record.expectValidation(of: trace, relative: 1e-4, images: 1) }
    try LessonRecord.expectClose(
      #require(weight).detached(), trace.tensor("final.weight"), rtol: 1e-3, atol: 1e-5, "weight")
    try LessonRecord.expectClose(
      #require(bias).detached(), trace.tensor("final.bias"), rtol: 1e-3, atol: 1e-5, "bias")
  }

  @Test func bareTensors() throws {
    try logistic { digits, trace, report in
      let (weights, bias) = try Step01BareTensors.train(
        on: digits, weights: trace.tensor("start.weight").t(), bias: trace.tensor("start.bias"),
        report: report)
      return (try weights.t(), bias)
    }
  }

  @Test func functionalLoss() throws {
    try logistic { digits, trace, report in
      let (weights, bias) = try Step02FunctionalLoss.train(
        on: digits, weights: trace.tensor("start.weight").t(), bias: trace.tensor("start.bias"),
        report: report)
      return (try weights.t(), bias)
    }
  }

  @Test func module() throws {
    try logistic { digits, trace, report in
      let model = Step03Module.LogisticRegression()
      model.weights = try trace.tensor("start.weight").t()
      model.bias = try trace.tensor("start.bias")
      try Step03Module.train(model, on: digits, report: report)
      return (try model.weights.t(), model.bias)
    }
  }

  private func linear(
    validates: Bool = false,
    _ train: @escaping (Step04Linear.LogisticRegression, Digits, Report) throws -> Void
  ) throws {
    try logistic(validates: validates) { digits, trace, report in
      let model = Step04Linear.LogisticRegression()
      try model.linear.load(stateDict: trace.state("start."))
      try train(model, digits, report)
      return (model.linear.weight.value, model.linear.bias?.value)
    }
  }

  @Test func linear() throws {
    try linear { try Step04Linear.train($0, on: $1, report: $2) }
  }

  @Test func optimizer() throws {
    try linear { try Step05Optimizer.train($0, on: $1, report: $2) }
  }

  @Test func dataset() throws {
    try linear { try Step06Dataset.train($0, on: $1, report: $2) }
  }

  @Test func dataLoader() throws {
    try linear { try Step07DataLoader.train($0, on: $1, report: $2) }
  }

  @Test func validation() throws {
    try linear(validates: true) {
      try Step08Validation.train($0, on: $1, shuffle: false, report: $2)
    }
  }

  @Test func fitAndGetData() throws {
    try linear(validates: true) {
      try Step09FitAndGetData.train($0, on: $1, shuffle: false, report: $2)
    }
  }

  /// Shuffled, the losses are others, but the model becomes as good.
  @Test func shuffling() throws {
    try withSeed(1) {
      var record = LessonRecord()
      try Step09FitAndGetData.train(on: Self.digits.get()) { record.add($0) }
      let accuracy = try #require(record.validation.last)[2]
      #expect(accuracy > 0.88 && accuracy < 0.93)
    }
  }

  private func convolutional<Model: Module>(
    _ model: Model, layers: [String],
    _ train: (Model, Digits, Report) throws -> Void
  ) throws {
    let trace = try LessonTrace("mnist_cnn")
    let names = Array(zip(["1.", "3.", "5."], layers))
    try model.load(stateDict: trace.state("start.", renaming: names))
    var record = LessonRecord()
    try train(model, Self.digits.get()) { record.add($0) }
    // Rounding grows from about iteration 125 of the first epoch; where the weights end up is then
    // another place as good.
    record.expectLosses(of: trace, within: .init(relative: 1e-4, first: 5, later: 0.3))
    record.expectValidation(of: trace, relative: 0.1, images: 300)
  }

  @Test func convolution() throws {
    try convolutional(
      Step10Convolution.ConvolutionalNet(), layers: ["conv1.", "conv2.", "conv3."]
    ) { try Step10Convolution.train($0, on: $1, shuffle: false, report: $2) }
  }

  @Test func sequentialLambda() throws {
    try convolutional(Step11SequentialLambda.model(), layers: ["1.", "3.", "5."]) {
      try Step11SequentialLambda.train($0, on: $1, shuffle: false, report: $2)
    }
  }

  @Test func wrappedLoader() throws {
    try convolutional(Step12WrappedLoader.model(), layers: ["0.", "2.", "4."]) {
      try Step12WrappedLoader.train($0, on: $1, shuffle: false, report: $2)
    }
  }

  @Test func adaptivePooling() throws {
    try convolutional(Step13AdaptivePooling.model(), layers: ["0.", "2.", "4."]) {
      try Step13AdaptivePooling.train($0, on: $1, shuffle: false, report: $2)
    }
  }
}
