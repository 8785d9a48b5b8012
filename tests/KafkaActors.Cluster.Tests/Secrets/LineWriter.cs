using System.Text;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>Keeps the lines that are written to it. Any thread.</summary>
internal sealed class LineWriter : TextWriter
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    public override void Write(char value)
    {
    }

    public override void WriteLine(string? value)
    {
        lock (_lock) _lines.Add(value ?? "");
    }

    public override void WriteLine(object? value) => WriteLine(value?.ToString());
}
