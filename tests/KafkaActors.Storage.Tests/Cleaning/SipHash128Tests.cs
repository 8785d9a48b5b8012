using System.Buffers.Binary;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Storage.Tests.Cleaning;

/// <summary>Against what OpenSSL's SipHash computes with 16 bytes for the key 00 01 .. 0f.</summary>
public sealed class SipHash128Tests
{
    [TestCase("", "a3817f04ba25a8e66df67214c7550293")]
    [TestCase("00", "da87c1d86b99af44347659119b22fc45")]
    [TestCase("00010203040506", "a1f1ebbed8dbc153c0b84aa61ff08239")]
    [TestCase("0001020304050607", "3b62a9ba6258f5610f83e264f31497b4")]
    [TestCase("000102030405060708", "264499060ad9baabc47f8b02bb6d71ed")]
    [TestCase("000102030405060708090a0b0c0d0e", "5493e99933b0a8117e08ec0f97cfc3d9")]
    [TestCase("000102030405060708090a0b0c0d0e0f", "6ee2a4ca67b054bbfd3315bf85230577")]
    [TestCase(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e",
        "2939b0183223fafc1723de4f52c43d35")]
    [TestCase(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031"
        + "32333435363738393a3b3c3d3e3f",
        "1eaf077dc0d4cd3f8cad4d383658a74b")]
    public void It_is_the_hash_that_others_compute(string inputHex, string expectedHex)
    {
        byte[] key = [.. Enumerable.Range(0, SipHash128.KeyBytes).Select(i => (byte)i)];
        byte[] hash = new byte[16];
        BinaryPrimitives.WriteUInt128LittleEndian(hash, new SipHash128(key).Compute(Convert.FromHexString(inputHex)));
        Assert.That(Convert.ToHexStringLower(hash), Is.EqualTo(expectedHex));
    }
}
