/// A backend that can tell the peak of its device.
package protocol PeakMeasuring {
    /// Floating-point operations per second that independent fused multiply-adds in registers reach now.
    func measurePeak() throws -> Double
    /// What the device should reach at least by its own description; nil if that tells nothing.
    var plausiblePeak: Double? { get }
}
