using System.Globalization;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Writes the log of a process of our own, a line an event, to the writer that the host handed in (standard error in
/// the <c>node</c> command, because standard output carries data alone). What repeats is counted, see
/// <see cref="LogRepeats"/>. Without a writer the log is dropped.
/// </summary>
internal sealed class NodeLogger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>, IWithTimers
{
    private static readonly TimeSpan RepeatsCheck = TimeSpan.FromSeconds(1);

    private readonly TextWriter _writer = Context.System.Settings.Setup.Get<NodeLog>() is { HasValue: true } log
        ? TextWriter.Synchronized(log.Value.Writer)
        : TextWriter.Null;

    private readonly LogRepeats _repeats = new(TimeProvider.System);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger: Sender.Tell(new LoggerInitialized()); break;
            case LogEvent entry: Write(entry); break;
            case CheckRepeats: Check(); break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop() => WriteRepeats(all: true);

    private void Write(LogEvent entry)
    {
        bool mayWrite = _repeats.MayWrite(entry);
        if (!Timers.IsTimerActive(nameof(CheckRepeats))) CheckAgain();
        if (!mayWrite) return;
        // The environment's failures name what failed; where that was noticed helps with faults of ours only.
        bool isOfEnvironment = entry.Cause is IOException or SocketException or LogDirectoryException;
        string why = isOfEnvironment ? $": {entry.Cause!.Message}" : "";
        WriteLine(entry.Timestamp, Level(entry), entry.LogSource, $"{entry.Message}{why}");
        if (entry.Cause is { } fault && !isOfEnvironment) _writer.WriteLine(fault);
        _writer.Flush();
    }

    private void Check()
    {
        WriteRepeats(all: false);
        if (_repeats.IsCounting) CheckAgain();
    }

    private void CheckAgain() =>
        Timers.StartSingleTimer(nameof(CheckRepeats), CheckRepeats.Instance, RepeatsCheck);

    private void WriteRepeats(bool all)
    {
        foreach ((int count, LogEvent last) in _repeats.Take(all))
        {
            string cause = last.Cause is { } known ? $": {known.Message}" : "";
            string level = LogKind.Of(last).IsStrangers ? "WARN " : Level(last);
            string times = count == 1 ? "once" : $"{count} times";
            WriteLine(last.Timestamp, level, last.LogSource, $"({times}) {last.Message}{cause}");
        }

        _writer.Flush();
    }

    private void WriteLine(DateTime time, string level, string source, string text) => _writer.WriteLine(
        string.Create(CultureInfo.InvariantCulture, $"{time:yyyy-MM-ddTHH:mm:ss.fffZ} {level} {source} {text}"));

    private static string Level(LogEvent entry) => entry switch
    {
        Error => "ERROR",
        Warning => "WARN ",
        Info => "INFO ",
        _ => "DEBUG",
    };

    private sealed record CheckRepeats
    {
        public static readonly CheckRepeats Instance = new();
    }
}
