import KeratinCore

/// After which epochs the validation comes: a number (2: every second epoch), or the epochs themselves, counted from 1.
public protocol ValidationFrequency: Sendable {
    /// Whether it comes after an epoch, counted from 0.
    func isDue(_ epoch: Int) -> Bool
    /// - Throws: `KeratinError` for a number that is none of epochs.
    func validate(at place: String) throws
}

extension Int: ValidationFrequency {
    /// After every so many epochs.
    public func isDue(_ epoch: Int) -> Bool { (epoch + 1) % self == 0 }

    /// - Throws: `KeratinError` if it is not positive.
    public func validate(at place: String) throws {
        guard self > 0 else {
            throw KeratinError(
                .invalidArgument, "validationFreq must be positive, got \(self)", at: place)
        }
    }
}

extension [Int]: ValidationFrequency {
    /// After these epochs.
    public func isDue(_ epoch: Int) -> Bool { contains(epoch + 1) }

    /// - Throws: `KeratinError` for an epoch before the first.
    public func validate(at place: String) throws {
        if let wrong = first(where: { $0 < 1 }) {
            throw KeratinError(
                .invalidArgument, "validationFreq counts epochs from 1, got \(wrong)", at: place)
        }
    }
}
