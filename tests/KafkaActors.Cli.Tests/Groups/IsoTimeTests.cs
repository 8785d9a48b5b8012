using KafkaActors.Cli.Groups;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Tests.Groups;

internal sealed class IsoTimeTests
{
    [TestCase("2026-01-31T13:45:00.250", 1769867100250)]
    [TestCase("2026-01-31T13:45:00.250Z", 1769867100250)]
    [TestCase("2026-01-31T13:45:00", 1769867100000)]
    [TestCase("2026-01-31T13:45Z", 1769867100000)]
    [TestCase("2026-01-31T13:45:00.000+01:00", 1769863500000)]
    [TestCase("2026-01-31T13:45:00.000+0100", 1769863500000)]
    [TestCase("2026-01-31T13:45:00.000-05", 1769885100000)]
    [TestCase("1970-01-01T00:00:00.000", 0)]
    public void A_time_is_utc_unless_it_says_otherwise(string text, long expectedMs)
    {
        Assert.That(IsoTime.ParseTime(text).ToUnixTimeMilliseconds(), Is.EqualTo(expectedMs));
    }

    [TestCase("2026-01-31")]
    [TestCase("2026-01-31 13:45:00")]
    [TestCase("2026-02-30T00:00:00")]
    [TestCase("yesterday")]
    [TestCase("1769867100250")]
    public void What_is_no_time_is_refused(string text)
    {
        Assert.That(() => IsoTime.ParseTime(text), Throws.TypeOf<ToolException>());
    }

    [TestCase("P1D", 86_400_000)]
    [TestCase("PT1H30M", 5_400_000)]
    [TestCase("P1DT2H3M4S", 93_784_000)]
    [TestCase("PT0.5S", 500)]
    [TestCase("pt15m", 900_000)]
    [TestCase("P0D", 0)]
    public void A_duration_has_days_and_what_is_shorter(string text, long expectedMs)
    {
        Assert.That(IsoTime.ParseDuration(text).TotalMilliseconds, Is.EqualTo(expectedMs));
    }

    [TestCase("")]
    [TestCase("P")]
    [TestCase("PT")]
    [TestCase("P1DT")]
    [TestCase("P1Y")]
    [TestCase("P1M")]
    [TestCase("-PT1H")]
    [TestCase("1h")]
    [TestCase("P99999999999999999D")]
    public void What_is_no_duration_is_refused(string text)
    {
        Assert.That(() => IsoTime.ParseDuration(text), Throws.TypeOf<ToolException>());
    }
}
