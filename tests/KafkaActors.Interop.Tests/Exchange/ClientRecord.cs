using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>
/// A record as a client sent or saw it: what the scripts exchange as a line of JSON, bytes in base64. Compared by
/// <see cref="ToString"/>, which tells every bit apart and is readable in a failed assertion.
/// </summary>
internal sealed record ClientRecord
{
    private const int MaxShownBytes = 40;

    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web);

    /// <summary>Null lets the client's partitioner choose.</summary>
    public int? Partition { get; init; }

    /// <summary>-1 before it is stored.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>Milliseconds since the epoch.</summary>
    public required long Timestamp { get; init; }

    public byte[]? Key { get; init; }

    public byte[]? Value { get; init; }

    public IReadOnlyList<ClientHeader> Headers { get; init; } = [];

    /// <summary>What a script is to send it with.</summary>
    public string Codec { get; init; } = "none";

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Everything but the codec, which a reader does not see.</summary>
    public override string ToString()
    {
        string headers = string.Join(",", Headers.Select(header => $"{header.Key}={Show(header.Value)}"));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Partition}@{Offset} time {Timestamp} key {Show(Key)} value {Show(Value)} headers [{headers}]");
    }

    private static string Show(byte[]? bytes) => bytes switch
    {
        null => "null",
        { Length: <= MaxShownBytes } when bytes.All(character => character is > 0x20 and < 0x7f) =>
            $"'{Encoding.ASCII.GetString(bytes)}'",
        { Length: <= MaxShownBytes } => $"x{Convert.ToHexStringLower(bytes)}",
        _ => $"{bytes.Length} bytes, SHA-256 {Convert.ToHexStringLower(SHA256.HashData(bytes))}",
    };
}
