-- Written by scripts/docs; do not edit.

CREATE TABLE user_pools (
    id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    further JSON DEFAULT '{}' NOT NULL,
    history_since DOUBLE,
    paused_until DOUBLE,
    CONSTRAINT pk_user_pools PRIMARY KEY (id)
);

CREATE INDEX ix_user_pools_region_id ON user_pools (region, id);

CREATE TABLE user_pool_clients (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    further JSON DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_user_pool_clients PRIMARY KEY (id),
    CONSTRAINT fk_user_pool_clients_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_user_pool_clients_pool_id_id ON user_pool_clients (pool_id, id);

CREATE TABLE client_secrets (
    id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    created DOUBLE NOT NULL,
    generated BOOLEAN DEFAULT '1' NOT NULL,
    CONSTRAINT pk_client_secrets PRIMARY KEY (id),
    CONSTRAINT fk_client_secrets_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE
);

CREATE INDEX ix_client_secrets_client_id_id ON client_secrets (client_id, id);

CREATE TABLE published_secrets (
    client_id VARCHAR NOT NULL,
    arn VARCHAR NOT NULL,
    rotated DOUBLE NOT NULL,
    pending VARCHAR,
    CONSTRAINT pk_published_secrets PRIMARY KEY (client_id),
    CONSTRAINT fk_published_secrets_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE
);

CREATE INDEX ix_published_secrets_rotated_client_id ON published_secrets (rotated, client_id);

CREATE TABLE pool_keys (
    kid VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    use VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    created DOUBLE NOT NULL,
    CONSTRAINT pk_pool_keys PRIMARY KEY (kid),
    CONSTRAINT uq_pool_keys_pool_id_use UNIQUE (pool_id, use),
    CONSTRAINT fk_pool_keys_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE TABLE identity_providers (
    pool_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_identity_providers PRIMARY KEY (pool_id, name),
    CONSTRAINT fk_identity_providers_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE TABLE provider_identifiers (
    pool_id VARCHAR NOT NULL,
    identifier VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    CONSTRAINT pk_provider_identifiers PRIMARY KEY (pool_id, identifier),
    CONSTRAINT fk_provider_identifiers_pool_id_provider FOREIGN KEY(pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE,
    CONSTRAINT fk_provider_identifiers_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_provider_identifiers_pool_id_provider ON provider_identifiers (pool_id, provider);

CREATE TABLE resource_servers (
    pool_id VARCHAR NOT NULL,
    identifier VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    scopes JSON NOT NULL,
    CONSTRAINT pk_resource_servers PRIMARY KEY (pool_id, identifier),
    CONSTRAINT fk_resource_servers_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE TABLE domains (
    name VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    custom BOOLEAN NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_domains PRIMARY KEY (name, region),
    CONSTRAINT uq_domains_pool_id_custom UNIQUE (pool_id, custom),
    CONSTRAINT fk_domains_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_domains_region_custom ON domains (region, custom);

CREATE TABLE replicas (
    pool_id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_replicas PRIMARY KEY (pool_id, region),
    CONSTRAINT fk_replicas_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_replicas_region ON replicas (region);

CREATE TABLE brandings (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_brandings PRIMARY KEY (id),
    CONSTRAINT fk_brandings_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT uq_brandings_client_id UNIQUE (client_id),
    CONSTRAINT fk_brandings_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE
);

CREATE INDEX ix_brandings_pool_id ON brandings (pool_id);

CREATE TABLE branding_assets (
    branding_id VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    settings JSON NOT NULL,
    content BLOB,
    CONSTRAINT pk_branding_assets PRIMARY KEY (branding_id, number),
    CONSTRAINT fk_branding_assets_branding_id FOREIGN KEY(branding_id) REFERENCES brandings (id) ON DELETE CASCADE
);

CREATE TABLE ui_customizations (
    scope VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR,
    css VARCHAR,
    image BLOB,
    version VARCHAR NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_ui_customizations PRIMARY KEY (scope),
    CONSTRAINT fk_ui_customizations_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_ui_customizations_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE
);

CREATE INDEX ix_ui_customizations_client_id ON ui_customizations (client_id);

CREATE INDEX ix_ui_customizations_pool_id ON ui_customizations (pool_id);

CREATE TABLE terms (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_terms PRIMARY KEY (id),
    CONSTRAINT uq_terms_client_id_name UNIQUE (client_id, name),
    CONSTRAINT fk_terms_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_terms_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE
);

CREATE INDEX ix_terms_pool_id_id ON terms (pool_id, id);

CREATE TABLE cimd_policies (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR,
    name VARCHAR NOT NULL,
    url_patterns JSON NOT NULL,
    cache_duration INTEGER NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_cimd_policies PRIMARY KEY (id),
    CONSTRAINT fk_cimd_policies_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_cimd_policies_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE SET NULL
);

CREATE INDEX ix_cimd_policies_client_id ON cimd_policies (client_id);

CREATE INDEX ix_cimd_policies_pool_id_id ON cimd_policies (pool_id, id);

CREATE TABLE client_metadata_urls (
    policy_id VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    document JSON,
    cached DOUBLE,
    expires DOUBLE,
    CONSTRAINT pk_client_metadata_urls PRIMARY KEY (policy_id, url),
    CONSTRAINT fk_client_metadata_urls_policy_id FOREIGN KEY(policy_id) REFERENCES cimd_policies (id) ON DELETE CASCADE
);

CREATE TABLE metadata_documents (
    url VARCHAR NOT NULL,
    put BOOLEAN NOT NULL,
    document JSON,
    problem VARCHAR,
    received DOUBLE NOT NULL,
    CONSTRAINT pk_metadata_documents PRIMARY KEY (url)
);

CREATE INDEX ix_metadata_documents_put_received ON metadata_documents (put, received);

CREATE TABLE import_jobs (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    progress JSON NOT NULL,
    CONSTRAINT pk_import_jobs PRIMARY KEY (id),
    CONSTRAINT fk_import_jobs_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_import_jobs_pool_id_created_id ON import_jobs (pool_id, created, id);

CREATE INDEX ix_import_jobs_status ON import_jobs (status);

CREATE TABLE import_blocks (
    job_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    content BLOB NOT NULL,
    CONSTRAINT pk_import_blocks PRIMARY KEY (job_id, kind, number),
    CONSTRAINT fk_import_blocks_job_id FOREIGN KEY(job_id) REFERENCES import_jobs (id) ON DELETE CASCADE
);

CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    pool_id VARCHAR NOT NULL,
    username VARCHAR NOT NULL,
    username_key VARCHAR NOT NULL,
    sub VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    password VARCHAR,
    password_set DOUBLE,
    attributes JSON NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    email VARCHAR,
    phone_number VARCHAR,
    name VARCHAR,
    given_name VARCHAR,
    family_name VARCHAR,
    preferred_username VARCHAR,
    verifier BLOB,
    CONSTRAINT uq_users_pool_id_username_key UNIQUE (pool_id, username_key),
    CONSTRAINT uq_users_pool_id_sub UNIQUE (pool_id, sub),
    CONSTRAINT fk_users_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_users_pool_id_email_id ON users (pool_id, email, id) WHERE email IS NOT NULL;

CREATE INDEX ix_users_pool_id_enabled_id ON users (pool_id, enabled, id);

CREATE INDEX ix_users_pool_id_family_name_id ON users (pool_id, family_name, id) WHERE family_name IS NOT NULL;

CREATE INDEX ix_users_pool_id_given_name_id ON users (pool_id, given_name, id) WHERE given_name IS NOT NULL;

CREATE INDEX ix_users_pool_id_id ON users (pool_id, id);

CREATE INDEX ix_users_pool_id_name_id ON users (pool_id, name, id) WHERE name IS NOT NULL;

CREATE INDEX ix_users_pool_id_phone_number_id ON users (pool_id, phone_number, id) WHERE phone_number IS NOT NULL;

CREATE INDEX ix_users_pool_id_preferred_username_id ON users (pool_id, preferred_username, id) WHERE preferred_username IS NOT NULL;

CREATE INDEX ix_users_pool_id_status_id ON users (pool_id, status, id);

CREATE INDEX ix_users_pool_id_username_id ON users (pool_id, username, id);

CREATE TABLE user_counts (
    pool_id VARCHAR NOT NULL,
    users INTEGER NOT NULL,
    CONSTRAINT pk_user_counts PRIMARY KEY (pool_id),
    CONSTRAINT fk_user_counts_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE user_aliases (
    pool_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT pk_user_aliases PRIMARY KEY (pool_id, kind, "key"),
    CONSTRAINT fk_user_aliases_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_user_aliases_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX ix_user_aliases_user_id ON user_aliases (user_id);

CREATE TABLE password_history (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER NOT NULL,
    password VARCHAR NOT NULL,
    CONSTRAINT fk_password_history_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_password_history_user_id_id ON password_history (user_id, id);

CREATE TABLE codes (
    user_id INTEGER NOT NULL,
    purpose VARCHAR NOT NULL,
    digest VARCHAR NOT NULL,
    proves VARCHAR,
    value VARCHAR,
    expires DOUBLE NOT NULL,
    CONSTRAINT pk_codes PRIMARY KEY (user_id, purpose),
    CONSTRAINT fk_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE attempts (
    user_id INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    since DOUBLE NOT NULL,
    last DOUBLE NOT NULL,
    locked_until DOUBLE NOT NULL,
    CONSTRAINT pk_attempts PRIMARY KEY (user_id, kind),
    CONSTRAINT fk_attempts_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE stand_in_attempts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    pool_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    count INTEGER NOT NULL,
    since DOUBLE NOT NULL,
    last DOUBLE NOT NULL,
    locked_until DOUBLE NOT NULL,
    CONSTRAINT uq_stand_in_attempts_pool_id_name_kind UNIQUE (pool_id, name, kind),
    CONSTRAINT fk_stand_in_attempts_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_stand_in_attempts_last ON stand_in_attempts (last);

CREATE TABLE groups (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    pool_id VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    "key" VARCHAR,
    CONSTRAINT uq_groups_pool_id_name UNIQUE (pool_id, name),
    CONSTRAINT fk_groups_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE UNIQUE INDEX ix_groups_pool_id_key ON groups (pool_id, "key");

CREATE TABLE group_members (
    group_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    CONSTRAINT pk_group_members PRIMARY KEY (group_id, user_id),
    CONSTRAINT fk_group_members_group_id FOREIGN KEY(group_id) REFERENCES groups (id) ON DELETE CASCADE,
    CONSTRAINT fk_group_members_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX ix_group_members_user_id_group_id ON group_members (user_id, group_id);

CREATE TABLE sign_ins (
    digest VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    user_id INTEGER,
    challenge VARCHAR NOT NULL,
    state JSON NOT NULL,
    expires DOUBLE NOT NULL,
    spent BOOLEAN NOT NULL,
    CONSTRAINT pk_sign_ins PRIMARY KEY (digest),
    CONSTRAINT fk_sign_ins_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_sign_ins_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    CONSTRAINT fk_sign_ins_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_sign_ins_client_id ON sign_ins (client_id);

CREATE INDEX ix_sign_ins_expires ON sign_ins (expires);

CREATE INDEX ix_sign_ins_pool_id ON sign_ins (pool_id);

CREATE INDEX ix_sign_ins_user_id ON sign_ins (user_id);

CREATE TABLE token_families (
    origin_jti VARCHAR NOT NULL,
    event_id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    auth_time INTEGER NOT NULL,
    expires DOUBLE NOT NULL,
    revoked BOOLEAN NOT NULL,
    device_key VARCHAR,
    session VARCHAR,
    active DOUBLE DEFAULT '0' NOT NULL,
    details JSON DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_token_families PRIMARY KEY (origin_jti),
    CONSTRAINT uq_token_families_event_id UNIQUE (event_id),
    CONSTRAINT fk_token_families_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_token_families_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    CONSTRAINT fk_token_families_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_token_families_client_id ON token_families (client_id);

CREATE INDEX ix_token_families_expires ON token_families (expires);

CREATE INDEX ix_token_families_pool_id ON token_families (pool_id);

CREATE UNIQUE INDEX ix_token_families_session ON token_families (session);

CREATE INDEX ix_token_families_user_id ON token_families (user_id);

CREATE TABLE refresh_tokens (
    digest VARCHAR NOT NULL,
    origin_jti VARCHAR NOT NULL,
    expires DOUBLE NOT NULL,
    rotated DOUBLE,
    CONSTRAINT pk_refresh_tokens PRIMARY KEY (digest),
    CONSTRAINT fk_refresh_tokens_origin_jti FOREIGN KEY(origin_jti) REFERENCES token_families (origin_jti) ON DELETE CASCADE
);

CREATE INDEX ix_refresh_tokens_origin_jti ON refresh_tokens (origin_jti);

CREATE TABLE authorization_codes (
    digest VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    presented VARCHAR NOT NULL,
    redirect_uri VARCHAR NOT NULL,
    challenge VARCHAR,
    auth_time INTEGER NOT NULL,
    details JSON NOT NULL,
    expires DOUBLE NOT NULL,
    spent BOOLEAN NOT NULL,
    origin_jti VARCHAR,
    CONSTRAINT pk_authorization_codes PRIMARY KEY (digest),
    CONSTRAINT fk_authorization_codes_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_authorization_codes_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE,
    CONSTRAINT fk_authorization_codes_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_authorization_codes_client_id ON authorization_codes (client_id);

CREATE INDEX ix_authorization_codes_expires ON authorization_codes (expires);

CREATE INDEX ix_authorization_codes_pool_id ON authorization_codes (pool_id);

CREATE INDEX ix_authorization_codes_user_id ON authorization_codes (user_id);

CREATE TABLE browser_sessions (
    digest VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    provider VARCHAR NOT NULL,
    auth_time INTEGER NOT NULL,
    active DOUBLE NOT NULL,
    details JSON NOT NULL,
    expires DOUBLE NOT NULL,
    CONSTRAINT pk_browser_sessions PRIMARY KEY (digest),
    CONSTRAINT uq_browser_sessions_id UNIQUE (id),
    CONSTRAINT fk_browser_sessions_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_browser_sessions_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_browser_sessions_expires ON browser_sessions (expires);

CREATE INDEX ix_browser_sessions_pool_id ON browser_sessions (pool_id);

CREATE INDEX ix_browser_sessions_user_id ON browser_sessions (user_id);

CREATE TABLE federated_sign_ins (
    digest VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    client_id VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    browser VARCHAR NOT NULL,
    "query" VARCHAR NOT NULL,
    nonce VARCHAR NOT NULL,
    kept JSON NOT NULL,
    expires DOUBLE NOT NULL,
    CONSTRAINT pk_federated_sign_ins PRIMARY KEY (digest),
    CONSTRAINT fk_federated_sign_ins_pool_id_provider FOREIGN KEY(pool_id, provider) REFERENCES identity_providers (pool_id, name) ON DELETE CASCADE,
    CONSTRAINT fk_federated_sign_ins_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_federated_sign_ins_client_id FOREIGN KEY(client_id) REFERENCES user_pool_clients (id) ON DELETE CASCADE
);

CREATE INDEX ix_federated_sign_ins_client_id ON federated_sign_ins (client_id);

CREATE INDEX ix_federated_sign_ins_expires ON federated_sign_ins (expires);

CREATE INDEX ix_federated_sign_ins_pool_id_provider ON federated_sign_ins (pool_id, provider);

CREATE TABLE used_assertions (
    digest VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    expires DOUBLE NOT NULL,
    CONSTRAINT pk_used_assertions PRIMARY KEY (digest),
    CONSTRAINT fk_used_assertions_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_used_assertions_expires ON used_assertions (expires);

CREATE INDEX ix_used_assertions_pool_id ON used_assertions (pool_id);

CREATE TABLE software_tokens (
    user_id INTEGER NOT NULL,
    sealed BLOB,
    pending BLOB,
    name VARCHAR,
    last_step INTEGER NOT NULL,
    CONSTRAINT pk_software_tokens PRIMARY KEY (user_id),
    CONSTRAINT fk_software_tokens_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE TABLE devices (
    "key" VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    group_key VARCHAR NOT NULL,
    verifier BLOB NOT NULL,
    remembered BOOLEAN NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    authenticated DOUBLE NOT NULL,
    CONSTRAINT pk_devices PRIMARY KEY ("key"),
    CONSTRAINT fk_devices_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_devices_user_id_key ON devices (user_id, "key");

CREATE TABLE passkeys (
    pool_id VARCHAR NOT NULL,
    id VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    CONSTRAINT pk_passkeys PRIMARY KEY (pool_id, id),
    CONSTRAINT fk_passkeys_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_passkeys_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_passkeys_user_id_id ON passkeys (user_id, id);

CREATE TABLE history (
    number INTEGER NOT NULL,
    pool_id VARCHAR,
    time DOUBLE NOT NULL,
    kind VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    "before" JSON,
    CONSTRAINT pk_history PRIMARY KEY (number),
    CONSTRAINT fk_history_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_history_pool_id_number ON history (pool_id, number);

CREATE TABLE recoveries (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    status VARCHAR NOT NULL,
    point DOUBLE NOT NULL,
    initiated DOUBLE NOT NULL,
    last_change INTEGER NOT NULL,
    ended DOUBLE,
    preview JSON,
    CONSTRAINT pk_recoveries PRIMARY KEY (id),
    CONSTRAINT fk_recoveries_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_recoveries_initiated ON recoveries (initiated);

CREATE INDEX ix_recoveries_pool_id_initiated_id ON recoveries (pool_id, initiated, id);

CREATE INDEX ix_recoveries_status ON recoveries (status);

CREATE TABLE user_links (
    pool_id VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    attribute VARCHAR NOT NULL,
    value VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    CONSTRAINT pk_user_links PRIMARY KEY (pool_id, provider, attribute, value),
    CONSTRAINT fk_user_links_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_user_links_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_user_links_user_id ON user_links (user_id);

CREATE TABLE auth_events (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    user_id INTEGER NOT NULL,
    settings JSON NOT NULL,
    created DOUBLE NOT NULL,
    CONSTRAINT uq_auth_events_user_id_id UNIQUE (user_id, id),
    CONSTRAINT fk_auth_events_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_auth_events_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_auth_events_created ON auth_events (created);

CREATE INDEX ix_auth_events_pool_id ON auth_events (pool_id);

CREATE INDEX ix_auth_events_user_id_number ON auth_events (user_id, number);

CREATE TABLE provisioned_limits (
    region VARCHAR NOT NULL,
    category VARCHAR NOT NULL,
    value INTEGER NOT NULL,
    CONSTRAINT pk_provisioned_limits PRIMARY KEY (region, category)
);

CREATE TABLE identity_pools (
    id VARCHAR NOT NULL,
    region VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    settings JSON NOT NULL,
    roles JSON NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    principal_tags JSON DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_identity_pools PRIMARY KEY (id)
);

CREATE INDEX ix_identity_pools_region_id ON identity_pools (region, id);

CREATE TABLE identities (
    id VARCHAR NOT NULL,
    pool_id VARCHAR NOT NULL,
    enabled BOOLEAN NOT NULL,
    created DOUBLE NOT NULL,
    modified DOUBLE NOT NULL,
    CONSTRAINT pk_identities PRIMARY KEY (id),
    CONSTRAINT fk_identities_pool_id FOREIGN KEY(pool_id) REFERENCES identity_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_identities_pool_id_id ON identities (pool_id, id);

CREATE TABLE identity_logins (
    pool_id VARCHAR NOT NULL,
    provider VARCHAR NOT NULL,
    subject VARCHAR NOT NULL,
    identity_id VARCHAR NOT NULL,
    CONSTRAINT pk_identity_logins PRIMARY KEY (pool_id, provider, subject),
    CONSTRAINT fk_identity_logins_pool_id FOREIGN KEY(pool_id) REFERENCES identity_pools (id) ON DELETE CASCADE,
    CONSTRAINT fk_identity_logins_identity_id FOREIGN KEY(identity_id) REFERENCES identities (id) ON DELETE CASCADE
);

CREATE INDEX ix_identity_logins_identity_id_provider ON identity_logins (identity_id, provider);

CREATE TABLE server_keys (
    use VARCHAR NOT NULL,
    kid VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    created DOUBLE NOT NULL,
    CONSTRAINT pk_server_keys PRIMARY KEY (use)
);

CREATE TABLE issued_credentials (
    access_key VARCHAR NOT NULL,
    session JSON NOT NULL,
    expires DOUBLE NOT NULL,
    CONSTRAINT pk_issued_credentials PRIMARY KEY (access_key)
) WITHOUT ROWID;

CREATE INDEX ix_issued_credentials_expires ON issued_credentials (expires);

CREATE TABLE claims (
    name VARCHAR NOT NULL,
    holder VARCHAR NOT NULL,
    until DOUBLE NOT NULL,
    CONSTRAINT pk_claims PRIMARY KEY (name)
) WITHOUT ROWID;

CREATE TABLE key_checks (
    id INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    CONSTRAINT pk_key_checks PRIMARY KEY (id)
);

CREATE TABLE messages (
    number INTEGER NOT NULL,
    id VARCHAR NOT NULL,
    pool_digest BLOB NOT NULL,
    user_digest BLOB NOT NULL,
    recipient_digest BLOB NOT NULL,
    sealed BLOB NOT NULL,
    CONSTRAINT pk_messages PRIMARY KEY (number)
);

CREATE TABLE events (
    number INTEGER NOT NULL,
    noted DOUBLE NOT NULL,
    event JSON NOT NULL,
    CONSTRAINT pk_events PRIMARY KEY (number)
);

CREATE INDEX ix_events_noted_number ON events (noted, number);

CREATE TABLE rate_buckets (
    name VARCHAR NOT NULL,
    tokens DOUBLE NOT NULL,
    filled DOUBLE NOT NULL,
    CONSTRAINT pk_rate_buckets PRIMARY KEY (name)
);

CREATE TABLE server_state (
    id INTEGER NOT NULL,
    version INTEGER NOT NULL,
    clock_offset DOUBLE NOT NULL,
    configuration INTEGER DEFAULT '0' NOT NULL,
    CONSTRAINT pk_server_state PRIMARY KEY (id)
);

CREATE TABLE stand_in_records (
    kind VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    expires DOUBLE,
    CONSTRAINT pk_stand_in_records PRIMARY KEY (kind, "key")
);

CREATE INDEX ix_stand_in_records_expires ON stand_in_records (expires);

CREATE TABLE server_settings (
    kind VARCHAR NOT NULL,
    name VARCHAR NOT NULL,
    sealed BLOB NOT NULL,
    CONSTRAINT pk_server_settings PRIMARY KEY (kind, name)
);

CREATE TABLE seeded_entries (
    kind VARCHAR NOT NULL,
    scope VARCHAR NOT NULL,
    "key" VARCHAR NOT NULL,
    fingerprint BLOB NOT NULL,
    made VARCHAR,
    pool_id VARCHAR,
    CONSTRAINT pk_seeded_entries PRIMARY KEY (kind, scope, "key"),
    CONSTRAINT fk_seeded_entries_pool_id FOREIGN KEY(pool_id) REFERENCES user_pools (id) ON DELETE CASCADE
);

CREATE INDEX ix_seeded_entries_pool_id ON seeded_entries (pool_id);
