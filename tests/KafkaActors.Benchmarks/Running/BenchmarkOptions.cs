using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace KafkaActors.Benchmarks.Running;

/// <summary>What a benchmark program is told.</summary>
/// <param name="Scale">Multiplies the amounts; 1 is what the README's figures were measured with.</param>
/// <param name="Directory">Where data directories are made; null is the system's place for temporary files.</param>
/// <param name="Rounds">How often each measurement is repeated.</param>
internal sealed record BenchmarkOptions(double Scale, string? Directory, int Rounds)
{
    public static BenchmarkOptions Default { get; } = new(1, null, 5);

    public long Scaled(long amount) => Math.Max(1, (long)(amount * Scale));

    public static bool TryParse(ReadOnlySpan<string> arguments, [NotNullWhen(true)] out BenchmarkOptions? options)
    {
        options = Default;
        while (arguments.Length >= 2)
        {
            options = With(options, arguments[0], arguments[1]);
            if (options is null) return false;
            arguments = arguments[2..];
        }

        return arguments.IsEmpty;
    }

    private static BenchmarkOptions? With(BenchmarkOptions options, string name, string value) => name switch
    {
        "--scale" when double.TryParse(value, CultureInfo.InvariantCulture, out double scale) && scale > 0 =>
            options with { Scale = scale },
        "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out int rounds) && rounds > 0 =>
            options with { Rounds = rounds },
        "--dir" => options with { Directory = value },
        _ => null,
    };
}
