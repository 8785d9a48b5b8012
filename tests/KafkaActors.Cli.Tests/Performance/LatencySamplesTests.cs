using KafkaActors.Cli.Performance;

namespace KafkaActors.Cli.Tests.Performance;

internal sealed class LatencySamplesTests
{
    [Test]
    public void Percentiles_are_taken_from_the_sorted_samples()
    {
        var samples = new LatencySamples(1000);
        for (int i = 1000; i > 0; i--) samples.Add(i);

        Assert.That(samples.Percentiles(0.5, 0.95, 0.99, 0.999), Is.EqualTo(new[] { 501.0, 951, 991, 1000 }));
        Assert.That(samples.AverageMs, Is.EqualTo(500.5));
        Assert.That(samples.MaxMs, Is.EqualTo(1000));
    }

    [Test]
    public void A_long_run_keeps_a_bounded_number_of_samples()
    {
        const int Count = 3 * LatencySamples.MaxSamples;
        var samples = new LatencySamples(Count);
        for (int i = 0; i < Count; i++) samples.Add(i);

        Assert.That(samples.Count, Is.EqualTo(Count));
        Assert.That(samples.Percentiles(0.5)[0], Is.EqualTo(Count / 2).Within(3));
    }

    [Test]
    public void Nothing_measured_is_zero()
    {
        Assert.That(new LatencySamples(0).Percentiles(0.5), Is.EqualTo(new[] { 0.0 }));
    }
}
