import Foundation

/// One JSON file of cases with the storages that lie next to it.
struct CaseFile {
  let header: JSONObject
  let storage: SafetensorsStorage
  let cases: [JSONObject]

  init(row: IndexRow, directory: URL) throws {
    let url = directory.appendingPathComponent(row.file)
    header = try JSONObject(contentsOf: url)
    guard try header.int("format") == 1 else { throw DataError("\(row.file): unknown format") }
    cases = try header.objects("cases")
    let tensors = url.deletingPathExtension().appendingPathExtension("safetensors")
    storage =
      FileManager.default.fileExists(atPath: tensors.path)
      ? try SafetensorsStorage(contentsOf: tensors) : SafetensorsStorage()
  }
}

/// Whether a complex number or dtype appears anywhere in a case.
func mentionsComplex(_ json: Any) -> Bool {
  if let object = json as? [String: Any] {
    return object.contains { key, value in
      key == "complex" || (key == "dtype" && (value as? String)?.hasPrefix("complex") == true)
        || mentionsComplex(value)
    }
  }
  if let list = json as? [Any] { return list.contains(where: mentionsComplex) }
  return false
}
