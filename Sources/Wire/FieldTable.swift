/// The names of one record's fields, or of one enum's choices, in declaration order.
package struct FieldTable: Sendable {
  package let names: [FieldName]
  private let entries: [Entry]
  /// For each place in declaration order the index of the name that a sorted map has there: the
  /// first one at 0, and behind it the one that follows the name before.
  private let sorted: [Int]

  package init(_ names: [FieldName]) {
    self.names = names
    entries = names.map {
      Entry(plain: FixedBytes($0.name), json: FixedBytes($0.json), cbor: FixedBytes($0.cbor))
    }
    let order = names.indices.sorted {
      KeyOrder.precedes(names[$0].description, names[$1].description)
    }
    var sorted = [Int](repeating: 0, count: names.count + 1)
    for (before, index) in zip([-1] + order, order) { sorted[before + 1] = index }
    self.sorted = sorted
  }

  /// A name in every form in which it is looked for.
  private struct Entry {
    let plain: FixedBytes
    let json: FixedBytes
    let cbor: FixedBytes
  }

  /// The field at `next`, if its name in quotes and a colon are what stands in `input` at `start`,
  /// and their length: keys mostly come in declaration order.
  @inline(__always)
  func jsonField(
    _ next: Int, in input: [UInt8], at start: Int
  ) -> (index: Int, count: Int)? {
    guard next < entries.count, entries[next].json.stand(in: input, at: start) else { return nil }
    return (next, entries[next].json.count)
  }

  /// The field at `next`, or the one that takes its place in a sorted map, if its name is what
  /// stands in `input` at `start`, and the length of the item.
  @inline(__always)
  func cborField(
    _ next: Int, in input: [UInt8], at start: Int
  ) -> (index: Int, count: Int)? {
    guard next < sorted.count, !entries.isEmpty else { return nil }
    let index = sorted[next]
    if entries[index].cbor.stand(in: input, at: start) { return (index, entries[index].cbor.count) }
    guard next < entries.count, entries[next].cbor.stand(in: input, at: start) else { return nil }
    return (next, entries[next].cbor.count)
  }

  /// The index of `name`, looked for from `next` on and around.
  func index(of name: UnsafeRawBufferPointer, next: Int) -> Int? {
    var index = next < entries.count ? next : 0
    for _ in 0..<entries.count {
      // SAFETY: the caller lends the name for the call.
      if unsafe entries[index].plain.equals(name) { return index }
      index += 1
      if index == entries.count { index = 0 }
    }
    return nil
  }

  /// The index of the name that stands in `input` at `range`.
  @inline(__always)
  func index(of input: [UInt8], _ range: Range<Int>, next: Int) -> Int? {
    // SAFETY: `range` was cut from the input; the pointer is used only inside the closure.
    unsafe input.withUnsafeBytes {
      unsafe index(of: UnsafeRawBufferPointer(rebasing: $0[range]), next: next)
    }
  }

  /// The index of a name as text.
  func index(of text: String, next: Int) -> Int? {
    let bytes = [UInt8](text.utf8)
    return index(of: bytes, bytes.indices, next: next)
  }

  /// What is wrong when a text is none of the choices.
  func notAChoice(at offset: Int?) -> DecodeError {
    let list = names.map(\.description).joined(separator: ", ")
    return DecodeError(.notAChoice, at: offset, "expected one of: \(list)")
  }

  /// What is wrong when the field at `index` comes a second time.
  package func duplicate(_ index: Int, at offset: Int?) -> DecodeError {
    DecodeError(.duplicateKey, at: offset, "this field is given twice").within(field: names[index])
  }
}
