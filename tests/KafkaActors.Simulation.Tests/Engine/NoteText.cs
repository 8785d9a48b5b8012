using System.Runtime.CompilerServices;

namespace KafkaActors.Simulation.Tests.Engine;

/// <summary>The text of a note, which is put together only in a traced world.</summary>
[InterpolatedStringHandler]
internal ref struct NoteText
{
    private DefaultInterpolatedStringHandler _text;

    public NoteText(int literalLength, int formattedCount, World world, out bool isWanted)
    {
        isWanted = world.IsTraced;
        _text = isWanted ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    public string ToStringAndClear() => _text.ToStringAndClear();
}
