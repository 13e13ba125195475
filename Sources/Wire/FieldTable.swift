/// The names of one record's fields, or of one enum's choices, in declaration order.
package struct FieldTable: Sendable {
  package let names: [FieldName]
  private let entries: [Entry]

  package init(_ names: [FieldName]) {
    self.names = names
    entries = names.map(Entry.init)
  }

  /// A name as two overlapping words, so that most comparisons touch no memory of the name itself.
  private struct Entry {
    let length: Int
    let head: UInt64
    let tail: UInt64

    init(_ name: FieldName) {
      length = name.name.utf8CodeUnitCount
      // SAFETY: a static string with a pointer representation lives as long as the process.
      let bytes = unsafe UnsafeRawBufferPointer(start: name.name.utf8Start, count: length)
      (head, tail) = unsafe Entry.words(of: bytes)
    }

    @inline(__always)
    static func words(of bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64) {
      guard bytes.count >= 8 else {
        var word: UInt64 = 0
        // SAFETY: the indices are those of the buffer.
        for index in bytes.indices {
          word |= unsafe UInt64(bytes[index]) << UInt64(8 * index)
        }
        return (word, 0)
      }
      // SAFETY: the buffer holds eight bytes or more.
      return unsafe (
        bytes.loadUnaligned(as: UInt64.self),
        bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
      )
    }
  }

  /// The index of `name`, looked for from `hint` on and around: keys mostly come in a known order.
  func index(of name: UnsafeRawBufferPointer, hint: Int) -> Int? {
    // SAFETY: the caller lends the name for the call.
    let (head, tail) = unsafe Entry.words(of: name)
    var index = hint < entries.count ? hint : 0
    for _ in 0..<entries.count {
      let entry = entries[index]
      if entry.length == name.count, entry.head == head, entry.tail == tail,
        // SAFETY: the lengths are equal, and the caller lends the name for the call.
        unsafe name.count <= 16 || isMiddleEqual(index, name)
      {
        return index
      }
      index += 1
      if index == entries.count { index = 0 }
    }
    return nil
  }

  /// The index of the name that stands in `input` at `range`.
  @inline(__always)
  func index(of input: [UInt8], _ range: Range<Int>, hint: Int) -> Int? {
    // SAFETY: `range` was cut from the input; the pointer is used only inside the closure.
    unsafe input.withUnsafeBytes {
      unsafe index(of: UnsafeRawBufferPointer(rebasing: $0[range]), hint: hint)
    }
  }

  /// The index of a name as text.
  func index(of text: String, hint: Int) -> Int? {
    let bytes = [UInt8](text.utf8)
    return index(of: bytes, bytes.indices, hint: hint)
  }

  /// What is wrong when a text is none of the choices.
  func notAChoice(at offset: Int?) -> DecodeError {
    let list = names.map(\.description).joined(separator: ", ")
    return DecodeError(.notAChoice, at: offset, "expected one of: \(list)")
  }

  private func isMiddleEqual(_ index: Int, _ name: UnsafeRawBufferPointer) -> Bool {
    // SAFETY: the caller compared the lengths; both runs of bytes outlive the call.
    unsafe name.elementsEqual(
      UnsafeRawBufferPointer(start: names[index].name.utf8Start, count: name.count))
  }

  /// What is wrong when the field at `index` comes a second time.
  package func duplicate(_ index: Int, at offset: Int?) -> DecodeError {
    DecodeError(.duplicateKey, at: offset, "this field is given twice").within(field: names[index])
  }
}
