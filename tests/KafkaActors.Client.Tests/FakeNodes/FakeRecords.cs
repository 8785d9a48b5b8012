using System.Text;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>Puts records into a fake cluster's logs: each holds its own number.</summary>
internal static class FakeRecords
{
    public static void Append(this FakeLog log, int count)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        int first = (int)log.EndOffset;
        for (int i = first; i < first + count; i++) builder.TryAppend(i, null, Encoding.ASCII.GetBytes($"{i}"));
        log.Append(builder.Build());
    }
}
