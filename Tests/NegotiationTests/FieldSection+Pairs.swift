import Contract

extension FieldSection {
  /// A section of text pairs.
  init(_ pairs: [(String, String)]) {
    self.init()
    for (name, value) in pairs {
      append(nameBytes: Array(name.utf8).span, valueBytes: Array(value.utf8).span)
    }
  }
}
