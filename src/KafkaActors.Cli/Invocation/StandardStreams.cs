using System.Text;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// The three streams of a tool. Output carries records or data alone, as bytes and in the order written; counts,
/// progress and errors go to <see cref="Error"/>. Owned by Program, or by a test that hands in streams of its own.
/// </summary>
internal sealed class StandardStreams(Stream input, Stream output, TextWriter error)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public Stream Input { get; } = input;

    /// <summary>Unbuffered: a write has been handed to the system when it returns.</summary>
    public Stream Output { get; } = output;

    /// <summary>Text on <see cref="Output"/>, LF-terminated whatever the platform; written through at once.</summary>
    public TextWriter Text { get; } = new StreamWriter(output, Utf8) { AutoFlush = true, NewLine = "\n" };

    public TextWriter Error { get; } = error;

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    public static StandardStreams OfProcess() =>
        new(Console.OpenStandardInput(), StandardOutput.Open(), Console.Error)
        {
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
        };
}
