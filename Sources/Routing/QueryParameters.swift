import Contract
import Wire

/// Reads a query as WHATWG URL §5.1 does: pairs between ampersands, a plus is a space, an empty
/// pair is nothing, a name without an equals sign has the empty value.
enum QueryParameters {
  /// The pairs of `query` in their order.
  static func read(
    _ query: ArraySlice<UInt8>, limits: InterfaceLimits
  ) throws(Fault) -> [Parameter] {
    var parameters: [Parameter] = []
    for pair in query.split(separator: UInt8(ascii: "&")) {
      guard parameters.count < limits.queryParametersMax else {
        throw Fault(
          DecodeError(
            .tooCostly, at: nil, "the query has more than \(limits.queryParametersMax) parameters"))
      }
      do throws(DecodeError) {
        parameters.append(try parameter(pair))
      } catch {
        throw Fault(error)
      }
    }
    return parameters
  }

  private static func parameter(_ pair: ArraySlice<UInt8>) throws(DecodeError) -> Parameter {
    let border = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
    let space = UInt8(ascii: " ")
    let name = try PercentDecoding.text(pair[..<border], plus: space)
    do throws(DecodeError) {
      return Parameter(
        name: name, value: try PercentDecoding.text(pair[border...].dropFirst(), plus: space))
    } catch {
      throw error.within(key: name)
    }
  }
}
