package import Contract
import Wire

/// Reads `grpc-timeout` (gRPC over HTTP/2, "Timeout"): at most eight digits and a unit.
package enum GRPCTimeout {
  // swift-format-ignore
  private static let units: [(letter: UInt8, nanoseconds: Int64)] = [
    (UInt8(ascii: "H"), 3_600_000_000_000), (UInt8(ascii: "M"), 60_000_000_000),
    (UInt8(ascii: "S"), 1_000_000_000),     (UInt8(ascii: "m"), 1_000_000),
    (UInt8(ascii: "u"), 1000),              (UInt8(ascii: "n"), 1),
  ]
  private static let digitsMax = 8

  /// The nanoseconds that the client waits; nil when it says nothing.
  package static func nanoseconds(_ head: borrowing FieldSection) throws(Fault) -> Int64? {
    switch head.single("grpc-timeout") {
    case .absent: return nil
    case .repeated: throw refusal
    case .value(let value):
      let bytes = head.bytes[value]
      let digits = bytes.dropLast()
      guard (1...digitsMax).contains(digits.count),
        digits.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
        let unit = units.first(where: { $0.letter == bytes.last })
      else { throw refusal }
      let count = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 & 0xf) }
      let (product, isBeyond) = count.multipliedReportingOverflow(by: unit.nanoseconds)
      return isBeyond ? .max : product
    }
  }

  private static var refusal: Fault {
    Fault(
      .malformed, "grpc-timeout: not one to eight digits and one of H, M, S, m, u, n",
      details: [Fault.Detail("field", "grpc-timeout")])
  }
}
