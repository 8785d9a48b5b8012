using System.Globalization;
using System.Text;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>
/// The promise to a producer with <c>acks=all</c>. To an idempotent one: every acknowledged record is there once, at
/// the offset it was acknowledged with, in the order sent; what follows them was sent, in order, and not acknowledged.
/// To one that sends each record once: every acknowledged record is there once, at its offset; one whose failure was
/// told may be there, once, or not.
/// </summary>
internal static class Acknowledgements
{
    public static void AssertKept(AcknowledgedLoad load, IReadOnlyList<(long Offset, byte[] Value)> log)
    {
        Assert.That(log, Has.Count.GreaterThanOrEqualTo(load.Acknowledged), "records are missing");
        if (load.IsIdempotent) AssertAllInOrder(load, log);
        else AssertAcknowledgedOnce(load, log);
    }

    private static void AssertAllInOrder(AcknowledgedLoad load, IReadOnlyList<(long Offset, byte[] Value)> log)
    {
        for (int number = 0; number < log.Count; number++)
        {
            // Plain comparisons first: a constraint for each of a million records takes a minute.
            if (log[number].Offset == number && log[number].Value.AsSpan().SequenceEqual(load.Value(number))
                && (number >= load.Offsets.Count || load.Offsets[number] == number)) continue;
            Assert.That(log[number].Offset, Is.EqualTo(number), "an offset is missing or double");
            Assert.That(log[number].Value, Is.EqualTo(load.Value(number)), $"at offset {number}");
            Assert.That(load.Offsets[number], Is.EqualTo(number), "acknowledged at another offset");
        }
    }

    private static void AssertAcknowledgedOnce(AcknowledgedLoad load, IReadOnlyList<(long Offset, byte[] Value)> log)
    {
        Dictionary<int, long> kept = [];
        foreach ((long offset, byte[] value) in log)
        {
            int number = int.Parse(Encoding.ASCII.GetString(value, 0, 10), CultureInfo.InvariantCulture);
            if (!value.AsSpan().SequenceEqual(load.Value(number)))
                Assert.That(value, Is.EqualTo(load.Value(number)), $"at offset {offset}");
            if (!kept.TryAdd(number, offset)) Assert.Fail($"record {number} is at {kept[number]} and at {offset}");
        }

        for (int number = 0; number < load.Offsets.Count; number++)
        {
            long acknowledged = load.Offsets[number];
            if (acknowledged == AcknowledgedLoad.Failed || kept.GetValueOrDefault(number, -1) == acknowledged) continue;
            Assert.Fail($"record {number}, acknowledged at {acknowledged}, is at {kept.GetValueOrDefault(number, -1)}");
        }
    }
}
