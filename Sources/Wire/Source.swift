/// A place to pull one value from, part by part.
///
/// The caller asks for what it expects; anything else throws with offset and kind. Nothing is
/// allocated from a length that the input announces.
package protocol Source {
  /// The byte offset of the next item, or nil where the source has no bytes (parameters).
  var offset: Int? { get }
  /// The byte offset of the key that was taken last, or nil where the source has no bytes.
  var keyOffset: Int? { get }

  /// Takes a null if the next item is one.
  mutating func null() throws(DecodeError) -> Bool
  mutating func bool() throws(DecodeError) -> Bool
  mutating func integer() throws(DecodeError) -> Int64
  mutating func unsigned() throws(DecodeError) -> UInt64
  mutating func double() throws(DecodeError) -> Double
  mutating func text() throws(DecodeError) -> String
  /// The index in `table` of the text that comes next; any other text throws `.notAChoice`.
  mutating func choice(_ table: FieldTable) throws(DecodeError) -> Int
  mutating func timestamp() throws(DecodeError) -> Timestamp
  mutating func bytes() throws(DecodeError) -> [UInt8]
  mutating func open() throws(DecodeError) -> WireValue
  mutating func beginMap() throws(DecodeError)
  /// The index in `table` of the next key, or nil after the map's end has been taken; a key that is
  /// not in the table throws `.unknownField`. Where keys come in declaration order it is `next`.
  mutating func nextField(_ table: FieldTable, next: Int) throws(DecodeError) -> Int?
  /// The next key as text, or nil after the map's end has been taken.
  mutating func nextKey() throws(DecodeError) -> String?
  mutating func beginArray() throws(DecodeError)
  /// Whether another element follows; the array's end has been taken when not.
  mutating func nextElement() throws(DecodeError) -> Bool
}
