/// The order of text keys in deterministic CBOR.
package enum KeyOrder {
  /// RFC 8949 §4.2.1: the head holds the length, so the shorter key comes first.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    let lengths = (left.utf8.count, right.utf8.count)
    guard lengths.0 == lengths.1 else { return lengths.0 < lengths.1 }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
