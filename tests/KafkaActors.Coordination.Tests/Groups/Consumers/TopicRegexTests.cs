using KafkaActors.Coordination.Groups.Consumers;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

public sealed class TopicRegexTests
{
    [TestCase("orders", "orders", true)]
    [TestCase("orders", "orders-v2", false)]
    [TestCase("orders", "reorders", false)]
    [TestCase("orders.*", "orders-v2", true)]
    [TestCase("^orders-[0-9]+$", "orders-17", true)]
    [TestCase("a|bc", "abc", false)]
    [TestCase("(?i)ORDERS", "orders", true)]
    [TestCase(@"\Qa.b\E.*", "a.b.c", true)]
    [TestCase(@"\Qa.b\E.*", "axb.c", false)]
    [TestCase(@"\Qa.b", "a.b", true)]
    [TestCase("(?P<name>a)b", "ab", true)]
    [TestCase("[[:alpha:]_]+", "ab_c", true)]
    [TestCase("[[:alpha:]]+", "ab1", false)]
    [TestCase("[^[:digit:]]+", "abc", true)]
    [TestCase("[^[:digit:]]+", "ab1", false)]
    [TestCase("[]a]", "a", true)]
    [TestCase("[a[-]+", "a-", true)]
    [TestCase("", "a", false)]
    public void An_expression_of_RE2_matches_whole_names(string expression, string topic, bool isMatch)
    {
        Assert.That(TopicRegex.TryParse(expression, out TopicRegex? regex, out _), Is.True);
        Assert.That(regex!.IsMatch(topic), Is.EqualTo(isMatch));
    }

    [TestCase("[")]
    [TestCase("(a")]
    [TestCase("a)(b")]
    [TestCase("*")]
    [TestCase(@"(a)\1")]
    [TestCase("(?=a)a")]
    [TestCase("(?<!a)b")]
    [TestCase("(?>a)b")]
    [TestCase("[[:nothing:]]")]
    [TestCase("a{1000}{1000}")]
    [TestCase("((a{1000}){1000}){1000}")]
    public void What_RE2_does_not_read_is_refused_with_a_reason(string expression) =>
        Assert.That(TopicRegex.Fault(expression), Is.Not.Null.And.Not.Empty);

    [Test]
    public void An_expression_made_to_backtrack_takes_no_time()
    {
        // (a+)+$ against a's and a b: exponential for an engine that backtracks, more than the age of the universe.
        Assert.That(TopicRegex.TryParse("(a+)+", out TopicRegex? regex, out _), Is.True);
        Assert.That(regex!.IsMatch(new string('a', 248) + "b"), Is.False);
    }
}
