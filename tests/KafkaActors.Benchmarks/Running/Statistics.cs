namespace KafkaActors.Benchmarks.Running;

/// <summary>Least, median and greatest of a few rounds.</summary>
internal sealed record Statistics(double Least, double Median, double Greatest)
{
    public static Statistics Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Statistics(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }

    public string ToString(string format) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Median.ToString(format, System.Globalization.CultureInfo.InvariantCulture)} "
        + $"({Least.ToString(format, System.Globalization.CultureInfo.InvariantCulture)} to "
        + $"{Greatest.ToString(format, System.Globalization.CultureInfo.InvariantCulture)})");
}
