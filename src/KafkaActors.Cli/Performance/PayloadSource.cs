using System.Text;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Performance;

/// <summary>
/// The values that a measurement sends: one random payload over and over, or the parts of a file in random order. The
/// seed is fixed, so that two runs send the same.
/// </summary>
internal sealed class PayloadSource
{
    private readonly IReadOnlyList<ReadOnlyMemory<byte>> _payloads;
    private readonly Random _random;

    private PayloadSource(IReadOnlyList<ReadOnlyMemory<byte>> payloads, Random random)
    {
        _payloads = payloads;
        _random = random;
        AverageBytes = (int)payloads.Average(payload => payload.Length);
    }

    public int AverageBytes { get; }

    /// <summary>Capital letters, as Kafka's tool sends them.</summary>
    public static PayloadSource OfSize(int bytes, Random random)
    {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++) payload[i] = (byte)random.Next('A', 'Z' + 1);
        return new PayloadSource([payload], random);
    }

    public static PayloadSource OfFile(string path, string delimiter, Random random)
    {
        ReadOnlyMemory<byte> rest = File.ReadAllBytes(path);
        byte[] separator = Encoding.UTF8.GetBytes(delimiter);
        if (separator.Length == 0) throw ToolException.Usage("--payload-delimiter must not be empty.");
        var payloads = new List<ReadOnlyMemory<byte>>();
        while (!rest.IsEmpty)
        {
            int end = rest.Span.IndexOf(separator);
            payloads.Add(end < 0 ? rest : rest[..end]);
            rest = end < 0 ? default : rest[(end + separator.Length)..];
        }

        return payloads.Count > 0
            ? new PayloadSource(payloads, random)
            : throw new ToolException($"'{path}' is empty: there is nothing to send.");
    }

    public ReadOnlyMemory<byte> Next() =>
        _payloads.Count == 1 ? _payloads[0] : _payloads[_random.Next(_payloads.Count)];
}
