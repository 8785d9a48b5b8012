using System.Globalization;
using System.Text;
using KafkaActors.Protocol;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// The last line of a small identity file: a key, and the CRC-32C of every byte before the key as eight hexadecimal
/// digits. Kafka ignores it. A file without one, as Kafka or a person writes it, is taken as it is; a flipped bit in
/// one of ours must not make a partition another topic's, whose directory would be deleted.
/// </summary>
internal static class ChecksumLine
{
    /// <summary>The text with its checksum line.</summary>
    public static string Seal(string text, string key)
    {
        uint crc = Crc32C.Compute(Encoding.UTF8.GetBytes(text));
        return string.Create(CultureInfo.InvariantCulture, $"{text}{key}{crc:x8}\n");
    }

    /// <summary>False when there is a checksum and the bytes before it are not those it was made of.</summary>
    public static bool Holds(ReadOnlySpan<byte> bytes, string key)
    {
        ReadOnlySpan<byte> keyBytes = Encoding.UTF8.GetBytes(key);
        int at = bytes.LastIndexOf(keyBytes);
        if (at < 0) return true;
        ReadOnlySpan<byte> digits = bytes[(at + keyBytes.Length)..].TrimEnd("\r\n"u8);
        bool valid = uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint crc);
        return valid && crc == Crc32C.Compute(bytes[..at]);
    }
}
