using System.Globalization;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Writes the log of a process of our own, a line an event, to the writer that the host handed in (standard error in
/// the <c>node</c> command, because standard output carries data alone). Without a writer the log is dropped.
/// </summary>
internal sealed class NodeLogger : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly TextWriter _writer = Context.System.Settings.Setup.Get<NodeLog>() is { HasValue: true } log
        ? TextWriter.Synchronized(log.Value.Writer)
        : TextWriter.Null;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger: Sender.Tell(new LoggerInitialized()); break;
            case LogEvent entry: Write(entry); break;
            default: Unhandled(message); break;
        }
    }

    private void Write(LogEvent entry)
    {
        _writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level(entry)} {entry.LogSource} {entry.Message}"));
        if (entry.Cause is { } cause) _writer.WriteLine(cause);
        _writer.Flush();
    }

    private static string Level(LogEvent entry) => entry switch
    {
        Error => "ERROR",
        Warning => "WARN ",
        Info => "INFO ",
        _ => "DEBUG",
    };
}
