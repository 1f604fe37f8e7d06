package org.pinisi.engine;

/// A publisher whose runs end when the test says so; keys of its inner runs are `target=value`.
final class FakePublish implements Publish<String, String, String> {
    final FakeBuild runs;
    boolean autoCancel;
    boolean latched;

    FakePublish(String id) {
        this.runs = new FakeBuild(id);
    }

    @Override
    public String id() {
        return runs.id();
    }

    @Override
    public String key(String key) {
        return key;
    }

    @Override
    public String value(String value) {
        return value;
    }

    @Override
    public String run(Job job, String key, String value) throws Exception {
        return runs.run(job, key + "=" + value);
    }

    @Override
    public String encode(String outcome) {
        return outcome;
    }

    @Override
    public String decode(String text) {
        return text;
    }

    @Override
    public boolean autoCancel() {
        return autoCancel;
    }

    @Override
    public boolean latched() {
        return latched;
    }
}
