import Foundation
import Wire

/// One data set with what is measured on it.
struct Subject {
  let name: String
  let json: [UInt8]
  let cbor: [UInt8]
  let items: Int
  let encodeJSON: () -> Int
  let encodeCBOR: () -> Int
  let decodeJSON: () throws -> Int
  let decodeCBOR: () throws -> Int

  init<Value: Coded>(_ name: String, _ value: Value) throws {
    let json = value.json()
    let cbor = value.cbor()
    self.name = name
    self.json = json
    self.cbor = cbor
    items = try WireValue(cbor: cbor, limits: .bench).itemCount
    encodeJSON = { value.json().count }
    encodeCBOR = { value.cbor().count }
    decodeJSON = { try withExtendedLifetime(Value(json: json, limits: .bench)) { 1 } }
    decodeCBOR = { try withExtendedLifetime(Value(cbor: cbor, limits: .bench)) { 1 } }
    let back = try Value(json: json, limits: .bench)
    precondition(back.cbor() == cbor, "\(name) does not come back")
  }

  static func all() throws -> [Subject] {
    [
      try Subject("run", Run(json: [UInt8](text.utf8))), try Subject("events", DataSets.events()),
      try Subject("deep", DataSets.deep()), try Subject("bytes", DataSets.bytes()),
      try Subject("numbers", DataSets.numbers()), try Subject("chinese", DataSets.chinese()),
    ]
  }

  /// Writes the set's two files for other codecs.
  func write(to folder: String) throws {
    for (bytes, format) in [(json, "json"), (cbor, "cbor")] {
      try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name).\(format)"))
    }
  }

  /// Prints a line of JSON for each format and operation.
  func report() throws {
    let rows = [
      ("json", "encode", json.count, try nanoseconds(encodeJSON)),
      ("json", "decode", json.count, try nanoseconds(decodeJSON)),
      ("cbor", "encode", cbor.count, try nanoseconds(encodeCBOR)),
      ("cbor", "decode", cbor.count, try nanoseconds(decodeCBOR)),
    ]
    for (format, operation, bytes, time) in rows {
      print(
        #"{"codec":"switchyard","set":"\#(name)","format":"\#(format)","#
          + #""operation":"\#(operation)","bytes":\#(bytes),"items":\#(items),"ns":\#(time)}"#)
    }
  }

  /// The time of one call: the median of batches that take about as long for each set.
  private func nanoseconds(_ body: () throws -> Int) throws -> Double {
    try measure(batches: 15, calls: max(1, 2_000_000 / (json.count + 200)), body) * 1_000
  }
}

extension DecodeLimits {
  /// The sets are longer than a request's body.
  fileprivate static let bench = DecodeLimits(depth: 64, items: .max)
}

extension WireValue {
  /// The items of CBOR that it is made of.
  fileprivate var itemCount: Int {
    switch self {
    case .array(let elements): elements.reduce(1) { $0 + $1.itemCount }
    case .map(let members): members.reduce(1) { $0 + $1.key.itemCount + $1.value.itemCount }
    default: 1
    }
  }
}
