using KafkaActors.TestKit;

namespace KafkaActors.Tidy.Tests.TestKit;

public sealed class EventuallyTests
{
    [Test]
    public async Task A_condition_that_comes_true_ends_the_wait()
    {
        int asked = 0;
        await Eventually.That(() => ++asked, Is.GreaterThan(3));
        Assert.That(asked, Is.EqualTo(4));
    }

    [Test]
    public void A_condition_that_stays_false_fails_and_is_named()
    {
        Assert.That(
            async () => await Eventually.True(() => false, "pigs fly", TimeSpan.FromMilliseconds(30)),
            Throws.TypeOf<AssertionException>().With.Message.Contains("pigs fly"));
    }
}
