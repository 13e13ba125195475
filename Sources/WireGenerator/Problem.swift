/// Every reason to refuse a source file; its description is the text after `error:`.
enum Problem: Hashable, Sendable {
  // The text of the file.
  case fileTooLong
  case notUTF8
  case unexpectedByte(UInt8)
  case unterminatedComment
  case unterminatedString
  case unterminatedName
  case interpolationTooDeep
  // Its structure.
  case unbalanced(String)
  case expected(String, found: String)
  case nestedTooDeep
  case conditional
  // The type that is to be coded.
  case notStructOrEnum(String)
  case local(String)
  case generic(String)
  case hidden(String)
  case published(String)
  case takenName(String)
  case macro
  case recursive(String)
  case declaredTwice(String)
  // Its stored properties.
  case missingType(String)
  case several
  case tuple
  case tuplePattern
  case attribute
  case modifier(String)
  case hiddenProperty(String)
  case constantWithValue(String)
  case observers(String)
  case closure
  case implicitlyUnwrapped
  case existential(String)
  case functionType
  case composition
  case suppressed
  case doubleOptional
  case dictionary
  case patchInside
  case patchDefault
  case typeTooDeep
  case tooManyFields(Int)
  // The names on the wire.
  case badName(String)
  case nameTooLong(String)
  case sameName(String, String, name: String)
  case badNaming
  case badOmission
  case strangeException(String)
  case exceptionTwice(String)
  // Enums.
  case rawTypeNotString(String)
  case associatedValues(String)
  case indirect
  case badRawValue
  case noCases(String)
  case badChoice(String)
  case sameChoice(String)
}
