using System.CommandLine;
using System.Globalization;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Offsets;

/// <summary>Deletes the records of partitions below given offsets.</summary>
internal sealed class DeleteRecordsCommand : ToolCommand
{
    private readonly ConnectionOptions _connection = new();

    private readonly Option<string> _offsetJsonFile = new("--offset-json-file")
    {
        Description = "Which partitions, and below which offset (-1: everything there is): "
            + "{\"partitions\":[{\"topic\":\"test\",\"partition\":0,\"offset\":5}],\"version\":1}",
        HelpName = "FILE",
        Required = true,
    };

    private readonly JsonOption _json = JsonOption.Create();

    public DeleteRecordsCommand(ToolContext context)
        : base(context, "delete-records", "Delete the records of partitions below given offsets.")
    {
        _connection.AddTo(this);
        Add(_offsetJsonFile);
        Add(_json);
        Examples = ["kafka-actors delete-records --offset-json-file offsets.json"];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        IReadOnlyDictionary<TopicPartition, long> offsets =
            RecordsToDeleteFile.Read(arguments.GetRequiredValue(_offsetJsonFile));
        var properties = new ClientProperties(ClientProperties.Admin)
            .Add("bootstrap.servers", _connection.Servers(arguments));
        await using KafkaActorsClient client = await ToolClient.StartAsync(properties, stop).ConfigureAwait(false);
        IReadOnlyList<DeletedRecords> results =
            await client.Admin.DeleteRecordsAsync(offsets, cancellationToken: stop).ConfigureAwait(false);
        Print(results, arguments.GetValue(_json));
        return results.All(result => result.Error == ErrorCode.None) ? ExitCode.Success : ExitCode.Failure;
    }

    private void Print(IReadOnlyList<DeletedRecords> results, bool json)
    {
        if (json)
        {
            Context.Text.WriteLine(JsonText.Of(results.Select(result => new
            {
                result.Partition.Topic,
                result.Partition.Partition,
                LowWatermark = result.LogStartOffset,
                Error = ErrorName.Of(result.Error),
            })));
            return;
        }

        Context.Text.WriteLine("Executing records delete operation");
        Context.Text.WriteLine("Records delete operation completed:");
        foreach (DeletedRecords result in results)
        {
            string outcome = result.Error == ErrorCode.None
                ? string.Create(CultureInfo.InvariantCulture, $"low_watermark: {result.LogStartOffset}")
                : $"error: {ErrorName.Of(result.Error)}";
            Context.Text.WriteLine($"partition: {result.Partition}\t{outcome}");
        }
    }
}
