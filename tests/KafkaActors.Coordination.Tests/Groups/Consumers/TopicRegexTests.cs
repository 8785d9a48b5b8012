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

    [TestCase("(((a{1,1000}){1,1000}){1,1000}){1,1000}")]
    [TestCase("(a|aa|aaa|aaaa){500}b")]
    [TestCase("(.*a){200}")]
    [TestCase("((((((((((.*)*)*)*)*)*)*)*)*)*)*x")]
    public void An_expression_that_is_made_to_take_long_is_refused_or_takes_no_long(string expression)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        if (TopicRegex.TryParse(expression, out TopicRegex? regex, out _))
            for (int topic = 0; topic < 100; topic++) regex.IsMatch(new string('a', 249 - (topic % 9)));
        TimeSpan time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        TestContext.Out.WriteLine($"{time.TotalMilliseconds:F0} ms");
        Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(5)));
    }

    [Test]
    public void The_longest_expressions_are_judged_in_a_moment(
        [Values("(", "a", "[a-z]", "(a|b)", "a?", ".*")] string part)
    {
        string expression = string.Concat(Enumerable.Repeat(part, short.MaxValue / part.Length));
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        if (TopicRegex.TryParse(expression, out TopicRegex? regex, out _)) regex.IsMatch(new string('a', 249));
        TimeSpan time = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        TestContext.Out.WriteLine($"{time.TotalMilliseconds:F0} ms");
        Assert.That(time, Is.LessThan(TimeSpan.FromSeconds(5)));
    }
}
