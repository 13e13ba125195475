import Testing

@testable import Wire

@Suite("numbers asked for by type")
struct NumberTests {
  /// One number in three forms, and what each type makes of it: its value, or a refusal at offset
  /// 0.
  struct Row: Sendable, CustomTestStringConvertible {
    let json: String
    let cbor: String
    let signed: Outcome<Int64>
    let unsigned: Outcome<UInt64>
    let double: Outcome<Double>
    var testDescription: String { "\(json) \(cbor)" }

    init(
      _ json: String, _ cbor: String, _ signed: Outcome<Int64>, _ unsigned: Outcome<UInt64>,
      _ double: Outcome<Double>
    ) {
      self.json = json
      self.cbor = cbor
      self.signed = signed
      self.unsigned = unsigned
      self.double = double
    }
  }

  enum Outcome<Value: Sendable & Equatable>: Sendable, Equatable {
    case value(Value)
    case refused(DecodeError.Kind)

    static func of(_ read: () throws(DecodeError) -> Value) -> Outcome {
      do throws(DecodeError) {
        return .value(try read())
      } catch {
        return .refused(error.kind)
      }
    }
  }

  @Test("no number is rounded into another", arguments: Self.rows)
  func reads(_ row: Row) {
    let (json, cbor) = (utf8(row.json), bytes(row.cbor))
    let parameter = [Parameter(name: "n", value: row.json)]
    #expect(Outcome.of { () throws(DecodeError) in try Int64(json: json) } == row.signed)
    #expect(Outcome.of { () throws(DecodeError) in try UInt64(json: json) } == row.unsigned)
    #expect(Outcome.of { () throws(DecodeError) in try Double(json: json) } == row.double)
    #expect(Outcome.of { () throws(DecodeError) in try Int64(cbor: cbor) } == row.signed)
    #expect(Outcome.of { () throws(DecodeError) in try UInt64(cbor: cbor) } == row.unsigned)
    #expect(Outcome.of { () throws(DecodeError) in try Double(cbor: cbor) } == row.double)
    #expect(
      Outcome.of { () throws(DecodeError) in try Self.parameter(Int64.self, parameter) }
        == row.signed)
    #expect(
      Outcome.of { () throws(DecodeError) in try Self.parameter(Double.self, parameter) }
        == row.double)
  }

  private static func parameter<Value: Coded>(
    _ type: Value.Type, _ parameters: [Parameter]
  ) throws(DecodeError) -> Value {
    var source = ParameterSource(parameters)
    try source.beginMap()
    _ = try source.nextKey()
    return try Value(from: &source)
  }

  // swift-format-ignore
  static let rows: [Row] = [
    Row("0", "00", .value(0), .value(0), .value(0)),
    Row("-1", "20", .value(-1), .refused(.outOfRange), .value(-1)),
    Row("-0", "00", .value(0), .value(0), .value(0)),
    Row("-1e2", "f9d640", .value(-100), .refused(.outOfRange), .value(-100)),
    Row("-999999999999999999", "3b0de0b6b3a763fffe", .value(-999_999_999_999_999_999), .refused(.outOfRange), .refused(.outOfRange)),
    Row("1.0", "f93c00", .value(1), .value(1), .value(1)),
    Row("1e2", "f95640", .value(100), .value(100), .value(100)),
    Row("1500e-2", "f94b80", .value(15), .value(15), .value(15)),
    Row("1.5", "f93e00", .refused(.wrongType), .refused(.wrongType), .value(1.5)),
    Row("9007199254740992", "1b0020000000000000", .value(1 << 53), .value(1 << 53), .value(0x1p53)),
    Row("9007199254740993", "1b0020000000000001", .value(1 << 53 + 1), .value(1 << 53 + 1), .refused(.outOfRange)),
    Row("9223372036854775807", "1b7fffffffffffffff", .value(.max), .value(1 << 63 - 1), .refused(.outOfRange)),
    Row("9223372036854775808", "1b8000000000000000", .refused(.outOfRange), .value(1 << 63), .value(0x1p63)),
    Row("9223372036854775808.0", "fb43e0000000000000", .refused(.outOfRange), .value(1 << 63), .value(0x1p63)),
    Row("-9223372036854775808", "3b7fffffffffffffff", .value(.min), .refused(.outOfRange), .value(-0x1p63)),
    Row("-9223372036854775809", "3b8000000000000000", .refused(.outOfRange), .refused(.outOfRange), .refused(.outOfRange)),
    Row("18446744073709551615", "c248ffffffffffffffff", .refused(.outOfRange), .value(.max), .refused(.outOfRange)),
    Row("18446744073709551616", "c249010000000000000000", .refused(.outOfRange), .refused(.outOfRange), .value(0x1p64)),
    Row("18446744073709551617", "c249010000000000000001", .refused(.outOfRange), .refused(.outOfRange), .refused(.outOfRange)),
    Row("1e300", "fb7e37e43c8800759c", .refused(.outOfRange), .refused(.outOfRange), .value(1e300)),
    Row("true", "f5", .refused(.wrongType), .refused(.wrongType), .refused(.wrongType)),
    Row("\"1\"", "6131", .refused(.wrongType), .refused(.wrongType), .refused(.wrongType)),
  ]

  @Test("20,000 decimals read as the standard library reads them")
  func decimals() throws {
    var random = SeededGenerator(seed: 4_711)
    for _ in 0..<20_000 {
      func digits(_ count: Int) -> String {
        (0..<count).map { _ in "\(Int.random(in: 0..<10, using: &random))" }.joined()
      }
      let length = Int.random(in: 0...22, using: &random)
      let whole = length == 0 ? "0" : "\(Int.random(in: 1...9, using: &random))" + digits(length)
      let exponent =
        Bool.random(using: &random) ? "" : "e\(Int.random(in: -320...320, using: &random))"
      let sign = Bool.random(using: &random) ? "" : "-"
      let fraction = digits(Int.random(in: 1...22, using: &random))
      let text = sign + whole + "." + fraction + exponent
      guard let expected = Double(text), expected.isFinite else { continue }
      #expect(try Double(json: utf8(text)).bitPattern == expected.bitPattern, "\(text)")
    }
  }

  @Test("a fraction that no double has is not taken for an integer")
  func hiddenFraction() {
    for text in ["1.00000000000000000001", "0.99999999999999999999", "9007199254740993.5"] {
      #expect(throws: DecodeError.self) { try Int64(json: utf8(text)) }
    }
  }

  @Test(
    "thirty-two bits and bounds end where they say",
    arguments: [
      ("4294967295", true, false), ("4294967296", false, false), ("-1", false, false),
      ("1", true, true), ("200", true, true), ("0", true, false), ("201", true, false),
    ])
  func bounds(_ text: String, _ is32Bit: Bool, _ isBounded: Bool) {
    #expect(((try? UInt32(json: utf8(text))) != nil) == is32Bit)
    #expect(((try? Bounded<1, 200>(json: utf8(text))) != nil) == isBounded)
  }

  @Test("every half is its own double and comes back")
  func halves() throws {
    for bits in UInt16.min...UInt16.max {
      let input = [0xf9, UInt8(bits >> 8), UInt8(bits & 0xff)]
      let value = try Double(cbor: input)
      #expect(value.isNaN ? value.cbor() == bytes("f97e00") : value.cbor() == input)
    }
  }
}
