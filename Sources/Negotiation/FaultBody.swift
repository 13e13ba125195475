package import Contract

/// A refusal ready to be sent: status, media type and bytes.
package struct FaultBody: Sendable {
  package let status: Int
  package let mediaType: MediaType
  package let bytes: [UInt8]

  /// The refusal as the zone's document writes it, in `format`.
  package init(
    _ fault: Fault, zone: Zone, circumstances: FaultCircumstances, format: BodyFormat
  ) {
    let row = fault.code.row(in: zone)
    let shape = zone.row.shape
    status = row.status
    mediaType = shape.mediaType(of: format)
    bytes = format.encode(shape.value(of: fault, in: zone, circumstances), title: row.title)
  }
}
