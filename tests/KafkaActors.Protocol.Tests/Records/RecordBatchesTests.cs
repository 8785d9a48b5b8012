using System.Buffers.Binary;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class RecordBatchesTests
{
    private static readonly byte[] First = TestBatches.Simple(3);
    private static readonly byte[] Second = TestBatches.Simple(2);

    [Test]
    public void Consecutive_batches_are_walked_to_their_end()
    {
        RecordBatches batches = Walk([.. First, .. Second], out int found);
        Assert.That(found, Is.EqualTo(2));
        Assert.That((batches.Stop, batches.Position),
            Is.EqualTo((RecordBatchesStop.End, First.Length + Second.Length)));
    }

    [Test]
    public void Nothing_ends_at_once()
    {
        RecordBatches batches = Walk([], out int found);
        Assert.That((found, batches.Stop, batches.Position), Is.EqualTo((0, RecordBatchesStop.End, 0)));
    }

    [Test]
    public void Every_truncation_of_the_second_is_torn_after_the_first()
    {
        for (int kept = 1; kept < Second.Length; kept++)
        {
            RecordBatches batches = Walk([.. First, .. Second.AsSpan(0, kept)], out int found);
            Assert.That((found, batches.Stop, batches.Position),
                Is.EqualTo((1, RecordBatchesStop.Torn, First.Length)), $"{kept} bytes kept");
        }
    }

    [TestCase(0, RecordBatchesStop.ImpossibleLength)]
    [TestCase(-1, RecordBatchesStop.ImpossibleLength)]
    [TestCase(int.MinValue, RecordBatchesStop.ImpossibleLength)]
    [TestCase(48, RecordBatchesStop.ImpossibleLength)]
    [TestCase(int.MaxValue, RecordBatchesStop.Torn)]
    public void A_wrong_length_is_named(int length, RecordBatchesStop expected)
    {
        byte[] wrong = [.. Second];
        BinaryPrimitives.WriteInt32BigEndian(wrong.AsSpan(RecordBatchLayout.BatchLength), length);
        Assert.That(Walk([.. First, .. wrong], out _).Stop, Is.EqualTo(expected));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(3)]
    public void Another_magic_is_named(byte magic)
    {
        byte[] wrong = [.. Second];
        wrong[RecordBatchLayout.Magic] = magic;
        Assert.That(Walk([.. First, .. wrong], out _).Stop, Is.EqualTo(RecordBatchesStop.UnsupportedMagic));
    }

    [Test]
    public void A_flipped_bit_is_named_only_when_CRCs_are_asked_for()
    {
        byte[] wrong = [.. Second];
        wrong[^1] ^= 1;
        Assert.That(Walk([.. First, .. wrong], out _).Stop, Is.EqualTo(RecordBatchesStop.End));
        RecordBatches verified = Walk([.. First, .. wrong], out int found, verifyCrc: true);
        Assert.That((found, verified.Stop, verified.Position),
            Is.EqualTo((1, RecordBatchesStop.CrcMismatch, First.Length)));
    }

    private static RecordBatches Walk(byte[] bytes, out int found, bool verifyCrc = false)
    {
        var batches = RecordBatches.Enumerate(bytes, verifyCrc);
        for (found = 0; batches.MoveNext(); found++) Assert.That(batches.Current.SizeInBytes, Is.Positive);
        Assert.That(batches.MoveNext(), Is.False);
        return batches;
    }
}
