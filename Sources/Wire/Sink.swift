/// A place that takes one value, part by part, and writes it in one representation.
///
/// Calls come as the grammar of a value: one scalar, or `beginArray` … `endArray`, or `beginMap`,
/// pairs of
/// `key` and value, `endMap`. Separators are the sink's business.
package protocol Sink: ~Copyable {
  /// Whether maps are written in the order of RFC 8949 §4.2.1 instead of declaration order.
  static var sortsKeys: Bool { get }

  /// Writes one scalar, whichever of these it is.
  mutating func null()
  mutating func bool(_ value: Bool)
  mutating func integer(_ value: Int64)
  mutating func unsigned(_ value: UInt64)
  mutating func double(_ value: Double)
  mutating func text(_ value: String)
  /// A text that is known at build time: one case of a choice.
  mutating func choice(_ name: FieldName)
  mutating func timestamp(_ value: Timestamp)
  mutating func bytes(_ value: [UInt8])
  /// A value that is JSON text already and known to be valid.
  mutating func stored(_ value: StoredJSON)
  /// A value of open shape.
  mutating func open(_ value: WireValue)
  mutating func beginArray(count: Int)
  mutating func endArray()
  mutating func beginMap(count: Int)
  /// A key that is known at build time.
  mutating func key(_ name: FieldName)
  /// A key that is known at run time only; in a sink that sorts, the caller gives keys in that
  /// order.
  mutating func key(_ name: String)
  mutating func endMap()
}
