using System.Globalization;
using System.Text.Json;
using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Administration.LogDirs;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.LogDirs;

/// <summary>
/// Shows log directories: a listing on a terminal, Kafka's three lines else (the third is JSON, as scripts read it),
/// and that JSON alone on request. Kafka's fields have Kafka's names; <c>strays</c> and <c>damage</c> are ours.
/// </summary>
internal sealed class LogDirsReport(ToolContext context, bool json)
{
    private bool IsListing => !json && context.Streams.OutputIsTerminal;

    public void Asking()
    {
        if (!json && !IsListing) context.Text.WriteLine("Querying brokers for log directories information");
    }

    public void Describe(IReadOnlyList<(NodeId Node, IReadOnlyList<LogDirDescription> Directories)> answers)
    {
        if (IsListing)
        {
            foreach ((NodeId node, IReadOnlyList<LogDirDescription> directories) in answers)
                foreach (LogDirDescription directory in directories) List(node, directory);
            return;
        }

        var document = new
        {
            Version = 1,
            Brokers = answers.Select(answer => new
            {
                Broker = answer.Node.Value, LogDirs = answer.Directories.Select(Json).ToArray(),
            }).ToArray(),
        };
        if (json)
        {
            context.Text.WriteLine(JsonText.Of(document));
            return;
        }

        string nodes = string.Join(",", answers.Select(answer => answer.Node));
        context.Text.WriteLine($"Received log directory information from brokers {nodes}");
        context.Text.WriteLine(JsonSerializer.Serialize(document, JsonSerializerOptions.Web));
    }

    public void Removed(IReadOnlyList<(NodeId Node, RemovedStray Stray)> removed, bool executed)
    {
        if (json)
        {
            context.Text.WriteLine(JsonText.Of(removed.Select(row => new
            {
                Broker = row.Node.Value,
                row.Stray.LogDir,
                row.Stray.Directory,
                Partition = row.Stray.Partition.ToString(),
                Size = row.Stray.SizeInBytes,
                Removed = executed,
            })));
        }
        else if (removed.Count > 0)
        {
            Write(
                ["BROKER", "LOG-DIR", "DIRECTORY", "SIZE"],
                [.. removed.Select(row => (string[])
                [
                    row.Node.ToString(), row.Stray.LogDir, row.Stray.Directory, Number(row.Stray.SizeInBytes),
                ])]);
        }

        string sum = string.Create(
            CultureInfo.InvariantCulture,
            $"{removed.Count} directories, {removed.Sum(row => row.Stray.SizeInBytes)} bytes");
        context.Error.WriteLine(executed ? $"Removed: {sum}." : $"{sum}. Nothing is removed: --execute does it.");
    }

    private void List(NodeId node, LogDirDescription directory)
    {
        string space = directory.Error == ErrorCode.None
            ? string.Create(
                CultureInfo.InvariantCulture, $"{directory.UsableBytes} of {directory.TotalBytes} bytes free")
            : $"offline: {ErrorName.Of(directory.Error)}; look at the disk and at the node's log";
        context.Text.WriteLine($"Broker {node}, {directory.Path}: {space}");
        Write(
            ["PARTITION", "SIZE", "OFFSET-LAG"],
            [.. directory.Partitions.Select(one => (string[])
                [one.Partition.ToString(), Number(one.SizeInBytes), Number(one.OffsetLag)])]);
        Write(
            ["STRAY", "SIZE", "SET-ASIDE", "KEPT-UNTIL", "REASON"],
            [.. directory.Strays.Select(one => (string[])
            [
                one.Directory, Number(one.SizeInBytes), Time(one.SetAside), Time(one.KeptUntil), one.Reason,
            ])]);
        foreach (LogDirDamage damage in directory.Damage)
            context.Text.WriteLine($"Damaged: {damage.Partition}: {damage.Message}");
    }

    private void Write(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        if (rows.Count == 0) return;
        foreach (string line in ColumnLines.Of(header, rows)) context.Text.WriteLine(line);
    }

    private static object Json(LogDirDescription directory) => new
    {
        LogDir = directory.Path,
        Error = directory.Error == ErrorCode.None ? null : ErrorName.Of(directory.Error),
        Partitions = directory.Partitions.Select(one => new
        {
            Partition = one.Partition.ToString(), Size = one.SizeInBytes, one.OffsetLag, one.IsFuture,
        }).ToArray(),
        directory.TotalBytes,
        directory.UsableBytes,
        Strays = directory.Strays.Select(one => new
        {
            one.Directory,
            Partition = one.Partition.ToString(),
            Size = one.SizeInBytes,
            SetAside = Time(one.SetAside),
            KeptUntil = Time(one.KeptUntil),
            one.Reason,
        }).ToArray(),
        Damage = directory.Damage.Select(one => new
        {
            Partition = one.Partition.ToString(), one.Message,
        }).ToArray(),
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
