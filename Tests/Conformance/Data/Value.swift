/// Where a tensor's elements lie in a storage of the safetensors file.
struct TensorSpec {
  let key: String
  let shape: [Int]
  let strides: [Int]
  let offset: Int
  let dtype: String
  let requiresGrad: Bool
}

/// One value of a case: an argument, a result, a gradient.
indirect enum Value {
  case tensor(TensorSpec)
  /// Random or uninitialised contents.
  case undefined(shape: [Int], dtype: String)
  case int(Int)
  case float(Double)
  case complex(Double, Double)
  case bool(Bool)
  case string(String)
  case none
  case list([Value])
  case tuple([Value])
  case slice(start: Int?, stop: Int?, step: Int?)
  case ellipsis
  case dict([String: Value])
  case dtype(String)
  case memoryFormat(String)
  case layout(String)
  case device(String)
  case function(String)
  case module(String, args: [Value], kwargs: [String: Value])
}

extension Value {
  init(_ json: Any) throws {
    let object = try JSONObject(json)
    if object.has("tensor") {
      self = .tensor(
        TensorSpec(
          key: try object.string("tensor"), shape: try object.ints("shape"),
          strides: try object.ints("strides"), offset: try object.int("offset"),
          dtype: try object.string("dtype"), requiresGrad: object.flag("requires_grad")))
    } else if object.has("undefined") {
      self = .undefined(shape: try object.ints("shape"), dtype: try object.string("dtype"))
    } else if object.has("module") {
      self = .module(
        try object.string("module"), args: try Value.list(object, "args"),
        kwargs: try Value.dictionary(object, "kwargs"))
    } else if object.has("int") {
      self = .int(try object.int("int"))
    } else if let number = object.fields["float"] {
      self = .float(try Value.double(number))
    } else if object.has("complex") {
      let parts = try object.list("complex").map(Value.double)
      guard parts.count == 2 else { throw DataError("a complex number has two parts") }
      self = .complex(parts[0], parts[1])
    } else if object.has("bool") {
      self = .bool(object.flag("bool"))
    } else if object.has("string") {
      self = .string(try object.string("string"))
    } else if object.has("none") {
      self = .none
    } else if object.has("list") {
      self = .list(try Value.list(object, "list"))
    } else if object.has("tuple") {
      self = .tuple(try Value.list(object, "tuple"))
    } else if object.has("slice") {
      self = try Value.slice(object.list("slice"))
    } else if object.has("ellipsis") {
      self = .ellipsis
    } else if object.has("dict") {
      self = .dict(try Value.dictionary(object, "dict"))
    } else if object.has("dtype") {
      self = .dtype(try object.string("dtype"))
    } else if object.has("memory_format") {
      self = .memoryFormat(try object.string("memory_format"))
    } else if object.has("layout") {
      self = .layout(try object.string("layout"))
    } else if object.has("device") {
      self = .device(try object.string("device"))
    } else if object.has("function") {
      self = .function(try object.string("function"))
    } else {
      throw DataError("unknown kind of value with fields \(object.fields.keys.sorted())")
    }
  }

  static func list(_ object: JSONObject, _ key: String) throws -> [Value] {
    try object.list(key).map(Value.init)
  }

  static func dictionary(_ object: JSONObject, _ key: String) throws -> [String: Value] {
    try object.object(key).fields.mapValues(Value.init)
  }

  /// A number, or one of the strings that stand for what JSON cannot write.
  private static func double(_ json: Any) throws -> Double {
    switch json as? String {
    case "inf": return .infinity
    case "-inf": return -.infinity
    case "nan": return .nan
    default: break
    }
    guard let number = json as? Double else { throw DataError("expected a number") }
    return number
  }

  private static func slice(_ json: [Any]) throws -> Value {
    let bounds = try json.map { bound -> Int? in
      switch try Value(bound) {
      case .int(let value): value
      case .none: nil
      default: throw DataError("a slice has integer bounds")
      }
    }
    guard bounds.count == 3 else { throw DataError("a slice has three bounds") }
    return .slice(start: bounds[0], stop: bounds[1], step: bounds[2])
  }
}

extension Value {
  /// What the value is, for messages.
  var kind: String {
    switch self {
    case .tensor(let spec): "\(spec.dtype) tensor \(spec.shape)"
    case .undefined(let shape, let dtype): "\(dtype) tensor \(shape)"
    case .int(let value): "int \(value)"
    case .float(let value): "float \(value)"
    case .complex(let re, let im): "complex \(re)+\(im)i"
    case .bool(let value): "bool \(value)"
    case .string(let value): "string \"\(value)\""
    case .none: "none"
    case .list(let values): "list of \(values.count)"
    case .tuple(let values): "tuple of \(values.count)"
    case .slice: "slice"
    case .ellipsis: "ellipsis"
    case .dict: "dict"
    case .dtype(let name): "dtype \(name)"
    case .memoryFormat(let name): "memory format \(name)"
    case .layout(let name): "layout \(name)"
    case .device(let name): "device \(name)"
    case .function(let name): "function \(name)"
    case .module(let name, _, _): "module \(name)"
    }
  }
}
