<?php
// What a site's owner does with a mouse, as commands: {"verb": ..., "arguments": {...}} comes in, one JSON value goes
// out. Copied beside wp-load.php; run by PHP itself to install, then asked over HTTP, which is ten times faster.
$asked = json_decode(file_get_contents(PHP_SAPI === 'cli' ? 'php://stdin' : 'php://input'), true);
['verb' => $verb, 'arguments' => $arguments] = $asked;
define('WP_INSTALLING', $verb === 'install');
$_SERVER += ['HTTP_HOST' => 'loopback', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require __DIR__ . '/wp-load.php';

function site_user(): WP_User
{
    return get_user_by('login', 'mimin');
}

function install_site(array $arguments): int
{
    require_once ABSPATH . 'wp-admin/includes/upgrade.php';
    wp_install($arguments['title'], 'pengelola', 'pengelola@contoh.example', true, '', wp_generate_password());
    update_option('timezone_string', 'Asia/Jakarta');
    update_option('comment_previously_approved', 0);
    update_option('comment_moderation', 0);
    update_option('comments_notify', 0);
    update_option('moderation_notify', 0);
    wp_delete_comment(1, true);
    return wp_insert_user([
        'user_login' => 'mimin',
        'user_pass' => wp_generate_password(),
        'user_email' => 'humas@contoh.example',
        'display_name' => 'Admin Diskominfo',
        'role' => $arguments['role'],
    ]);
}

function new_password(): string
{
    $name = ['name' => 'Mimin ' . wp_generate_uuid4()];
    return WP_Application_Passwords::create_new_application_password(site_user()->ID, $name)[0];
}

function reset_site(array $arguments): string
{
    global $wpdb;
    $wpdb->query("DELETE FROM $wpdb->commentmeta");
    $wpdb->query("DELETE FROM $wpdb->comments");
    require_once ABSPATH . 'wp-admin/includes/user.php';
    foreach (get_users(['exclude' => [1, site_user()->ID], 'fields' => 'ID']) as $other) {
        wp_delete_user($other);
    }
    site_user()->set_role($arguments['role']);
    WP_Application_Passwords::delete_all_application_passwords(site_user()->ID);
    return new_password();
}

$verbs = [
    'install' => fn($a) => install_site($a),
    'new_password' => fn($a) => new_password(),
    'revoke_passwords' => fn($a) => WP_Application_Passwords::delete_all_application_passwords(site_user()->ID),
    'reset' => fn($a) => reset_site($a),
    'set_role' => fn($a) => site_user()->set_role($a['role']),
    'new_user' => fn($a) => wp_insert_user([
        'user_login' => $a['login'], 'user_pass' => wp_generate_password(), 'user_email' => "$a[login]@contoh.example",
        'display_name' => $a['login'], 'role' => $a['role'],
    ]),
    'new_post' => fn($a) => wp_insert_post([
        'post_title' => $a['title'], 'post_content' => $a['content'], 'post_status' => 'publish', 'post_author' => 1,
    ]),
    'set_comments_open' => fn($a) => wp_update_post([
        'ID' => $a['post_id'], 'comment_status' => $a['open'] ? 'open' : 'closed',
    ]),
    'set_comment_status' => fn($a) => wp_set_comment_status($a['comment_id'], $a['status']),
    'delete_comments' => fn($a) => array_map(fn($id) => wp_delete_comment($id, true), $a['comment_ids']),
    'trash_post' => fn($a) => (bool) wp_trash_post($a['post_id']),
    'insert_comments' => fn($a) => array_map(fn($row) => wp_insert_comment($row), $a['rows']),
];
echo json_encode($verbs[$verb]($arguments));
