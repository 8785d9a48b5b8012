using System.Globalization;
using System.Text;

namespace KafkaActors.Testing;

/// <summary>
/// The log of one node of a cluster in the test's own writer: each line says whose it is. A node that was killed says
/// nothing more. Used by one thread at a time.
/// </summary>
internal sealed class NodeLogWriter(int node, TextWriter log) : TextWriter(CultureInfo.InvariantCulture)
{
    private readonly StringBuilder _line = new();
    private volatile bool _isSilent;

    public override Encoding Encoding => log.Encoding;

    public void Silence() => _isSilent = true;

    public override void Write(char value)
    {
        if (value != '\n') _line.Append(value);
        if (value != '\n') return;
        string line = string.Create(CultureInfo.InvariantCulture, $"[{node}] {_line}").TrimEnd('\r');
        _line.Clear();
        if (_isSilent) return;
        // The nodes share it.
        lock (log) log.WriteLine(line);
    }

    public override void Flush()
    {
        if (_isSilent) return;
        lock (log) log.Flush();
    }
}
