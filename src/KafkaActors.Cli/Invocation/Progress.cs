using System.Globalization;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// A count on standard error that overwrites itself; silent unless a person looks on, and not at the data.
/// </summary>
internal sealed class Progress(ToolContext context)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly bool _isShown = context.Streams.ErrorIsTerminal && !context.Streams.OutputIsTerminal;
    private long _lastShown = context.Time.GetTimestamp();
    private int _width;

    public void Show(long count)
    {
        if (!_isShown || context.Time.GetElapsedTime(_lastShown) < Interval) return;
        _lastShown = context.Time.GetTimestamp();
        string text = count.ToString("N0", CultureInfo.InvariantCulture) + " messages";
        _width = text.Length;
        context.Error.Write('\r' + text);
    }

    public void Clear()
    {
        if (_width > 0) context.Error.Write('\r' + new string(' ', _width) + '\r');
    }
}
