using KafkaActors.Broker.Listener;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class ReasonCountsTests
{
    [Test]
    public void Reasons_that_differ_in_numbers_are_one_and_the_most_frequent_come_first()
    {
        var counts = new ReasonCounts();
        counts.Add("API 7 is not served");
        for (int i = 0; i < 5; i++) counts.Add($"a request of {-i} bytes");
        (long count, string reasons) = counts.Take();
        Assert.That(count, Is.EqualTo(6));
        Assert.That(reasons, Is.EqualTo("5 x a request of 0 bytes; 1 x API 7 is not served"));
        Assert.That(counts.Take().Count, Is.Zero);
    }

    [Test]
    public void Reasons_that_clients_write_cost_no_memory_without_end()
    {
        var counts = new ReasonCounts();
        for (int i = 0; i < 1000; i++) counts.Add(new string((char)('a' + i % 26), 1 + i / 26));
        (long count, string reasons) = counts.Take();
        Assert.That(count, Is.EqualTo(1000));
        Assert.That(reasons, Does.StartWith("980 x other reasons"));
        Assert.That(reasons.Length, Is.LessThan(200));
    }
}
