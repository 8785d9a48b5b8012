using Akka.Event;
using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Tests.Listener;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class LogRepeatsTests
{
    private readonly ManualClock _clock = new();
    private LogRepeats _repeats = null!;

    [SetUp]
    public void CreateRepeats() => _repeats = new LogRepeats(_clock);

    [Test]
    public void What_repeats_is_written_so_often_and_then_counted()
    {
        int written = Enumerable.Range(0, 1000).Count(number => _repeats.MayWrite(Warned($"segment {number}")));
        Assert.That(written, Is.EqualTo(LogRepeats.MostInInterval));
        Assert.That(_repeats.Take(all: false), Is.Empty, "the interval is not over");
        _clock.Advance(LogRepeats.FirstInterval);
        (int count, LogEvent last) = _repeats.Take(all: false).Single();
        Assert.That(count, Is.EqualTo(1000 - written));
        Assert.That(last.Message, Is.EqualTo("segment 999"));
    }

    [Test]
    public void Different_news_do_not_hide_each_other()
    {
        for (int i = 0; i < 100; i++) _repeats.MayWrite(Warned($"segment {i}"));
        Assert.That(_repeats.MayWrite(Warned("another")), Is.True);
        Assert.That(_repeats.MayWrite(new Error(new IOException("disk"), "a", typeof(string), "segment 1")), Is.True);
    }

    [Test]
    public void What_strangers_cause_is_only_counted()
    {
        for (int i = 0; i < 50; i++) Assert.That(_repeats.MayWrite(Strange(i)), Is.False);
        _clock.Advance(LogRepeats.FirstInterval);
        Assert.That(_repeats.Take(all: false).Single().Count, Is.EqualTo(50));
    }

    [Test]
    public void What_goes_on_and_on_is_told_more_and_more_rarely_and_anew_after_a_silence()
    {
        var told = new List<double>();
        for (int second = 0; second < 600; second++)
        {
            _repeats.MayWrite(Strange(second));
            _clock.Advance(TimeSpan.FromSeconds(1));
            if (_repeats.Take(all: false).Any()) told.Add(second);
        }

        Assert.That(told, Has.Count.InRange(7, 12));
        _clock.Advance(LogRepeats.LongestInterval);
        _ = _repeats.Take(all: false).ToList();
        _clock.Advance(LogRepeats.LongestInterval);
        _ = _repeats.Take(all: false).ToList();
        Assert.That(_repeats.IsCounting, Is.False);
        _repeats.MayWrite(Strange(0));
        _clock.Advance(LogRepeats.FirstInterval);
        Assert.That(_repeats.Take(all: false).ToList(), Has.Count.EqualTo(1));
    }

    [Test]
    public void At_the_end_everything_that_was_left_out_is_told()
    {
        _repeats.MayWrite(Strange(1));
        Assert.That(_repeats.Take(all: true).ToList(), Has.Count.EqualTo(1));
    }

    [Test]
    public void Texts_that_all_differ_cost_neither_memory_nor_lines_without_end()
    {
        string Text(int number) => new([.. $"{number}".Select(digit => (char)('a' + digit - '0'))]);
        int written = Enumerable.Range(0, 100_000).Count(number => _repeats.MayWrite(Warned(Text(number))));
        Assert.That(written, Is.LessThan(1000));
    }

    private static Warning Warned(string text) => new("source", typeof(LogRepeatsTests), text);

    private static Error Strange(int port) => new(
        new InvalidDataException("negative length"),
        "TcpServerHandler",
        typeof(Akka.Remote.RemoteActorRefProvider),
        $"Error caught channel [127.0.0.1:{port}]");
}
