/// Builds a `WireValue`: the form that Markdown and open fields are made from.
package struct ValueSink: Sink {
  private var result: WireValue?
  private var containers: [Container] = []

  private enum Container {
    case array([WireValue])
    case map([WireMember], key: WireValue?)
  }

  package static var sortsKeys: Bool { false }

  package init() {}

  /// The value written so far; the sink is empty afterwards.
  package mutating func finish() -> WireValue {
    guard let value = result, containers.isEmpty else {
      preconditionFailure("a value was not written to its end")
    }
    result = nil
    return value
  }

  package mutating func null() { add(.null) }
  package mutating func bool(_ value: Bool) { add(.bool(value)) }
  package mutating func integer(_ value: Int64) { add(.integer(value)) }
  package mutating func unsigned(_ value: UInt64) { add(WireValue(value)) }
  package mutating func double(_ value: Double) { add(.double(value)) }
  package mutating func text(_ value: String) { add(.text(value)) }
  package mutating func choice(_ name: FieldName) { add(.text(name.description)) }
  package mutating func timestamp(_ value: Timestamp) { add(.text(value.text)) }
  package mutating func bytes(_ value: [UInt8]) { add(.bytes(value)) }
  package mutating func stored(_ value: StoredJSON) { add(value.value) }
  package mutating func open(_ value: WireValue) { add(value) }
  package mutating func beginArray(count: Int) { containers.append(.array([])) }
  package mutating func endArray() { end() }
  package mutating func beginMap(count: Int) { containers.append(.map([], key: nil)) }
  package mutating func key(_ name: FieldName) { key(name.description) }
  package mutating func endMap() { end() }

  package mutating func key(_ name: String) {
    guard case .map(let members, key: nil)? = containers.popLast() else {
      preconditionFailure("a key outside a map")
    }
    containers.append(.map(members, key: .text(name)))
  }

  private mutating func add(_ value: WireValue) {
    switch containers.popLast() {
    case nil: result = value
    case .array(var elements):
      elements.append(value)
      containers.append(.array(elements))
    case .map(var members, let key):
      guard let key else { preconditionFailure("a value without a key") }
      members.append(WireMember(key, value))
      containers.append(.map(members, key: nil))
    }
  }

  private mutating func end() {
    switch containers.popLast() {
    case .array(let elements): add(.array(elements))
    case .map(let members, key: nil): add(.map(members))
    case .map, nil: preconditionFailure("an end without a beginning")
    }
  }
}
