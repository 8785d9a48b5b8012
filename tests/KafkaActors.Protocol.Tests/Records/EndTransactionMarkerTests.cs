using KafkaActors.Protocol.Records;

namespace KafkaActors.Protocol.Tests.Records;

public sealed class EndTransactionMarkerTests
{
    [TestCase(ControlRecordType.Abort)]
    [TestCase(ControlRecordType.Commit)]
    public void A_marker_is_read_from_its_control_batch(ControlRecordType type)
    {
        var marker = new EndTransactionMarker(type, new CoordinatorEpoch(7));
        var key = new byte[EndTransactionMarker.KeySize];
        var value = new byte[EndTransactionMarker.ValueSize];
        marker.WriteKey(key);
        marker.WriteValue(value);
        Assert.That(Convert.ToHexString(key), Is.EqualTo(type == ControlRecordType.Abort ? "00000000" : "00000001"));
        Assert.That(Convert.ToHexString(value), Is.EqualTo("000000000007"));

        var builder = new RecordBatchBuilder(1_000);
        builder.TryAppend(5, key, value);
        RecordBatch batch = TestBatches.Read(
            builder.Build(new ProducerSequence(3, 1, -1), isTransactional: true, isControl: true));
        Assert.That((batch.Attributes.IsControl, batch.Attributes.IsTransactional), Is.EqualTo((true, true)));
        RecordEnumerator records = batch.Records();
        Assert.That(records.MoveNext(), Is.True);
        Assert.That(EndTransactionMarker.TryRead(records.Current, out EndTransactionMarker read), Is.True);
        Assert.That(read, Is.EqualTo(marker));
    }

    [TestCase("0000", "000000000007")]
    [TestCase("00000002", "000000000007")]
    [TestCase("FFFF0001", "000000000007")]
    [TestCase("00000001", "0000000000")]
    [TestCase("00000001", "FFFF00000007")]
    public void What_is_no_marker_is_not_read(string key, string value)
    {
        var builder = new RecordBatchBuilder(1_000);
        builder.TryAppend(5, Convert.FromHexString(key), Convert.FromHexString(value));
        RecordEnumerator records = TestBatches.Read(builder.Build()).Records();
        Assert.That(records.MoveNext(), Is.True);
        Assert.That(EndTransactionMarker.TryRead(records.Current, out _), Is.False);
    }
}
