using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>A member that is a process of its own and prints what happens to it.</summary>
internal sealed partial class ProcessMember : IGroupMember
{
    private static readonly TimeSpan ExitTimeout = TimeSpan.FromSeconds(20);

    private readonly ExternalProcess _process;

    private ProcessMember(string name, string file, IEnumerable<string> arguments, Action<string> onLine)
    {
        Name = name;
        _process = ExternalProcess.Start(file, arguments, onOutput: onLine);
    }

    public string Name { get; }

    /// <summary>kcat. It tells of no commit; it commits by itself, also when it leaves.</summary>
    public static ProcessMember Kcat(string name, GroupScene scene) => new(
        name,
        "kcat",
        [
            "-b", scene.Bootstrap, "-G", scene.Group, "-u", "-f", "%p %o %s\n", "-X", $"client.id={name}",
            "-X", "session.timeout.ms=6000", "-X", "heartbeat.interval.ms=500", "-X", "auto.offset.reset=earliest",
            "-X", "auto.commit.interval.ms=200", scene.Topic,
        ],
        line => Read(PlainLine(), line, name, scene.Log));

    /// <summary>The client actors, through the command line's console.</summary>
    /// <param name="protocol"><c>group.protocol</c>: classic or consumer.</param>
    public static ProcessMember Console(string name, GroupScene scene, string protocol = "classic") => new(
        name,
        "dotnet",
        [
            KafkaActorsCommand.AssemblyPath, "console-consumer", "--bootstrap-server", scene.Akka,
            "--topic", scene.Topic, "--group", scene.Group, "--from-beginning",
            "--consumer-property", $"client.id={name}", "--consumer-property", $"group.protocol={protocol}",
            "--consumer-property", "session.timeout.ms=6000", "--consumer-property", "heartbeat.interval.ms=500",
            "--consumer-property", "auto.commit.interval.ms=200",
            "--property", "print.partition=true", "--property", "print.offset=true",
        ],
        line => Read(ConsoleLine(), line, name, scene.Log));

    /// <summary>A script of <c>clients</c> that prints events in JSON.</summary>
    /// <param name="arguments">After those that every script takes.</param>
    public static ProcessMember Script(string script, string name, GroupScene scene, params string[] arguments) => new(
        name,
        script.EndsWith(".py", StringComparison.Ordinal) ? Scripts.Python : Scripts.NodeJs,
        [Scripts.PathOf(script), scene.Bootstrap, scene.Topic, scene.Group, name, .. arguments],
        line => ReadEvent(JsonElement.Parse(line), name, scene.Log));

    public static ProcessMember Kafkajs(string name, GroupScene scene, string assigner = "roundrobin") =>
        Script("javascript/kafkajs-member.mjs", name, scene, assigner);

    public async Task LeaveAsync()
    {
        _process.Terminate();
        await _process.WaitForExitAsync(ExitTimeout);
    }

    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    public override string ToString() => $"{Name}\n{_process.Describe()}";

    private static void Read(Regex pattern, string line, string name, GroupLog log)
    {
        Match match = pattern.Match(line);
        if (!match.Success) throw new FormatException($"{name} printed: {line}");
        log.Record(name, Number("partition"), Number("offset"), Number("value"));

        int Number(string group) => int.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
    }

    private static void ReadEvent(JsonElement line, string name, GroupLog log)
    {
        string happened = line.GetProperty("event").GetString()!;
        switch (happened)
        {
            case "record":
                log.Record(
                    name,
                    line.GetProperty("partition").GetInt32(),
                    line.GetProperty("offset").GetInt64(),
                    int.Parse(line.GetProperty("value").GetString()!, CultureInfo.InvariantCulture));
                break;
            case "committed":
                log.Commit(line.GetProperty("partition").GetInt32(), line.GetProperty("offset").GetInt64());
                break;
            case "crashed":
                log.Crash(name, line.GetProperty("error").GetString()!);
                break;
            default:
                log.Rebalance(name, happened, line.GetProperty("partitions").Deserialize<int[]>()!);
                break;
        }
    }

    [GeneratedRegex(@"^(?<partition>\d+) (?<offset>\d+) (?<value>\d+)$")]
    private static partial Regex PlainLine();

    [GeneratedRegex(@"^Partition:(?<partition>\d+)\tOffset:(?<offset>\d+)\t(?<value>\d+)$")]
    private static partial Regex ConsoleLine();
}
