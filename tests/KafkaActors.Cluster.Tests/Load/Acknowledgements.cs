namespace KafkaActors.Cluster.Tests.Load;

/// <summary>
/// The promise to an idempotent producer with <c>acks=all</c>: every acknowledged record is there once, at the offset
/// it was acknowledged with, in the order sent; what follows them was sent, in order, and not acknowledged.
/// </summary>
internal static class Acknowledgements
{
    public static void AssertKept(AcknowledgedLoad load, IReadOnlyList<(long Offset, byte[] Value)> log)
    {
        Assert.That(log, Has.Count.GreaterThanOrEqualTo(load.Offsets.Count), "records are missing");
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
}
