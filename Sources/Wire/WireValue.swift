/// Any value that CBOR can hold: what open fields are, and what Markdown and schemas are made from.
///
/// One value has one form here: integers are `integer` where they fit, else `unsigned`, else
/// `bigInteger`, as `init(negative:magnitude:)` chooses.
package enum WireValue: Sendable {
  case null
  case undefined
  case bool(Bool)
  case integer(Int64)
  /// An integer above `Int64.max`.
  case unsigned(UInt64)
  /// An integer outside of 64 bits: sign and absolute value, most significant byte first, no
  /// leading zero.
  case bigInteger(negative: Bool, magnitude: [UInt8])
  case double(Double)
  case text(String)
  case bytes([UInt8])
  case array([WireValue])
  /// Members with keys of any kind, each key once; their order has no meaning.
  case map([WireMember])
  indirect case tagged(UInt64, WireValue)
  /// A simple value without a name (RFC 8949 §3.3): 0–19 or 32–255.
  case simple(UInt8)
}

/// One key and its value in a map.
package struct WireMember: Hashable, Sendable {
  package let key: WireValue
  package var value: WireValue

  package init(_ key: WireValue, _ value: WireValue) {
    self.key = key
    self.value = value
  }

  /// The key where it is text.
  package var name: String? {
    if case .text(let name) = key { name } else { nil }
  }

  /// Whether the key is this text, byte by byte.
  func isNamed(_ text: String) -> Bool {
    guard case .text(let name) = key, name.utf8.count == text.utf8.count else { return false }
    return name.utf8.elementsEqual(text.utf8)
  }
}

extension WireValue {
  /// The integer in its one form.
  package init(_ value: UInt64) {
    self = Int64(exactly: value).map(WireValue.integer) ?? .unsigned(value)
  }

  /// The integer with this sign and absolute value (most significant byte first) in its one form.
  package init(negative: Bool, magnitude: [UInt8]) {
    let digits = magnitude.drop { $0 == 0 }
    guard digits.count <= 8 else {
      self = .bigInteger(negative: negative, magnitude: [UInt8](digits))
      return
    }
    let value = digits.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if !negative {
      self.init(value)
    } else if value <= Int64.min.magnitude {
      self = .integer(Int64(truncatingIfNeeded: 0 &- value))
    } else {
      self = .bigInteger(negative: true, magnitude: [UInt8](digits))
    }
  }

  /// The tree of `value`.
  package init(encoding value: some Coded) {
    self = value.wireValue()
  }

  /// The value under a text key, nil where there is none or where this is not a map; setting nil
  /// removes the member, and setting on anything but a map makes it one.
  package subscript(key: String) -> WireValue? {
    get {
      guard case .map(let members) = self else { return nil }
      return members.first { $0.isNamed(key) }?.value
    }
    set {
      var members: [WireMember] = []
      if case .map(let present) = self { members = present }
      let index = members.firstIndex { $0.isNamed(key) }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(WireMember(.text(key), value))
      case (nil, nil): break
      }
      self = .map(members)
    }
  }
}

extension WireValue: Coded {
  package static var schema: Schema { .open }

  package func encode<S: Sink & ~Copyable>(into sink: inout S) { sink.open(self) }

  package init<S: Source>(from source: inout S) throws(DecodeError) { self = try source.open() }
}
