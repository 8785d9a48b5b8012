using System.Text;
using System.Text.Json;
using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>
/// A client of another language behind a script: <c>SCRIPT produce BOOTSTRAP TOPIC</c> reads records and prints where
/// they are, <c>SCRIPT consume BOOTSTRAP TOPIC</c> prints records.
/// </summary>
internal sealed class ScriptClient(ClientProgram program, string script, params string[] codecs) : IRecordClient
{
    public IReadOnlyList<string> Codecs => codecs;

    public override string ToString() => program.ToString();

    public Task RequireAsync() => program.RequireAsync();

    public async Task<IReadOnlyList<Stored>> ProduceAsync(string topic, IReadOnlyList<ClientRecord> records)
    {
        string input = string.Concat(records.Select(record => record.ToJson() + "\n"));
        IReadOnlyList<JsonElement> lines = await Scripts.RunAsync(
            script, ["produce", InteropSuite.Node.Kafka, topic], Encoding.UTF8.GetBytes(input));
        return [.. lines.Select(line => line.Deserialize<Stored>(ClientRecord.Json)!)];
    }

    public async Task<IReadOnlyList<ClientRecord>> ConsumeAsync(string topic)
    {
        IReadOnlyList<JsonElement> lines = await Scripts.RunAsync(script, ["consume", InteropSuite.Node.Kafka, topic]);
        return [.. lines.Select(line => line.Deserialize<ClientRecord>(ClientRecord.Json)!)];
    }
}
