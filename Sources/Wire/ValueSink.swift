/// Builds a `WireValue`: the form that Markdown and open fields are made from.
package struct ValueSink: Sink {
  private var result: WireValue?
  /// What is being written, the innermost last.
  private var containers: [Container] = []

  /// An array or a map before its end.
  private struct Container {
    let isMap: Bool
    var elements: [WireValue] = []
    var members: [WireMember] = []
    /// The key whose value comes next.
    var key: WireValue?
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

  package mutating func beginArray(count: Int) {
    var container = Container(isMap: false)
    container.elements.reserveCapacity(count)
    containers.append(container)
  }

  package mutating func endArray() {
    guard let container = containers.popLast(), !container.isMap else {
      preconditionFailure("an array's end without its beginning")
    }
    add(.array(container.elements))
  }

  package mutating func beginMap(count: Int) {
    var container = Container(isMap: true)
    container.members.reserveCapacity(count)
    containers.append(container)
  }

  package mutating func endMap() {
    guard let container = containers.popLast(), container.isMap, container.key == nil else {
      preconditionFailure("a map's end without its beginning")
    }
    add(.map(container.members))
  }

  package mutating func key(_ name: FieldName) { key(name.description) }

  package mutating func key(_ name: String) {
    let last = containers.count - 1
    precondition(
      last >= 0 && containers[last].isMap && containers[last].key == nil, "a key outside a map")
    containers[last].key = .text(name)
  }

  private mutating func add(_ value: WireValue) {
    let last = containers.count - 1
    guard last >= 0 else {
      result = value
      return
    }
    guard containers[last].isMap else { return containers[last].elements.append(value) }
    guard let key = containers[last].key else { preconditionFailure("a value without a key") }
    containers[last].members.append(WireMember(key, value))
    containers[last].key = nil
  }
}
