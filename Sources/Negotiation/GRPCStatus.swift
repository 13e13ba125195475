package import Contract
import Wire

/// What ends a gRPC call (gRPC over HTTP/2, "Status" and "Status-Message").
package enum GRPCStatus {
  /// Adds the fields of success.
  package static func appendSuccess(to fields: inout FieldSection) {
    fields.append(name: "grpc-status", value: "0")
  }

  /// Adds the fields of a refusal: number, message, and the zone's error object as CBOR.
  package static func append(
    _ fault: Fault, zone: Zone, circumstances: FaultCircumstances, to fields: inout FieldSection
  ) {
    fields.append(name: "grpc-status", number: fault.code.row.number)
    fields.append(name: "grpc-message", text: escaped(fault.message))
    let error = zone.row.shape.value(of: fault, in: zone, circumstances)
    fields.append(name: "error-bin", text: base64(error.cbor()))
    if let seconds = fault.retryAfterSeconds {
      fields.append(name: "grpc-retry-pushback-ms", number: seconds * 1000)
    }
  }

  /// Percent-encoded, but for spaces and visible ASCII without the percent sign.
  package static func escaped(_ message: String) -> String {
    var text = ""
    for byte in message.utf8 {
      if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "%") {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "%" + String(byte >> 4, radix: 16, uppercase: true)
        text += String(byte & 0xf, radix: 16, uppercase: true)
      }
    }
    return text
  }

  /// The message that `text` stands for; what is no escape stays as it is, as gRPC asks for.
  package static func unescaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = [UInt8](text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      guard byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy(\.isHexDigit),
        let value = UInt8(digits, radix: 16)
      else {
        bytes.append(byte)
        continue
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// RFC 4648 §4 without padding, as binary metadata is written.
  private static func base64(_ bytes: [UInt8]) -> String {
    let letters = Base64URL.text(bytes).utf8.map { letter in
      switch letter {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: letter
      }
    }
    return String(decoding: letters, as: UTF8.self)
  }
}
